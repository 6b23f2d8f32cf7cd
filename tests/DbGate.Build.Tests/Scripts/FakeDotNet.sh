#!/usr/bin/env bash
# Stands in for the .NET SDK: writes down how it was called, and does as a feed and a compiler would.
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
repository=$here/../repository
case "$1" in
  --version) echo 10.0.401 ;;
  # Not in the repository, whose global.json a test may break.
  msbuild) cd / && DOTNET_ROOT= exec "$REAL_DOTNET" msbuild "$repository/$2" "${@:3}" "-p:DotNet=$here/dotnet" ;;
  restore)
    echo "$*" >>"$here/calls"
    if [ -f "$here/no-network" ]; then echo "error NU1301: Unable to load the service index"; exit 1; fi
    if [ -f "$here/no-frosting" ] && ! [ -f "$repository/artifacts/frosting.props" ]; then echo "error NU1101: Cake.Frosting"; exit 1; fi
    if [ -f "$here/no-compiler" ] && [[ "$*" == *HostReadyToRun=true* ]]; then echo "error NU1101: crossgen2"; exit 1; fi
    ;;
  publish)
    echo "$*" >>"$here/calls"
    if [ -f "$here/broken" ]; then echo "error CS1002: ; expected"; exit 1; fi
    while [ "$1" != -o ]; do shift; done
    mkdir -p "$2" && : >"$2/DbGate.Build.dll"
    ;;
  *.dll)
    printf 'pid %s\nin %s\n' "$$" "$PWD"
    for argument in "${@:2}"; do printf 'argument <%s>\n' "$argument"; done
    exit "$(cat "$here/exit-code" 2>/dev/null || echo 0)"
    ;;
esac
