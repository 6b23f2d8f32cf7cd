CREATE DATABASE dbgate_corpus_new;
