COPY item TO PROGRAM 'cat';
