#!/bin/sh
# The release migrated already: this only starts the application.
set -e
exec dotnet Shop.Web.dll
