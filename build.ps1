# Builds the build once, then starts it: ./build.ps1 --target=<task> [options]. Without arguments it lists the tasks.
# The twin of build.sh, which explains the choices made here. Works in Windows PowerShell 5.1 and in PowerShell 7.
# DBGATE_NO_INSTALL=1 forbids installing anything.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$root = $PSScriptRoot
$hostFolder = Join-Path $root 'artifacts/host'
$stamp = Join-Path $hostFolder 'stamp'
$currentFile = Join-Path $hostFolder 'current'
$choice = Join-Path $root 'artifacts/frosting.props'
$log = Join-Path $hostFolder 'build.log'
$project = Join-Path $root 'build/DbGate.Build.csproj'

function Say([string]$text) { [Console]::Error.WriteLine("build.ps1: $text") }
function Die([string]$text, [string]$fix = '', [int]$code = 20) {
    Say $text
    if ($fix) { Say "fix: $fix" }
    exit $code
}

# A source is newer than the stamp when it was written or created since; a folder, when an entry came or went.
function Test-Changed {
    if (-not (Test-Path $stamp)) { return $true }
    $since = (Get-Item $stamp).LastWriteTimeUtc
    $names = 'src', 'build', 'build.ps1', 'global.json', 'Directory.Build.props', 'Directory.Packages.props', '.editorconfig',
        'artifacts/frosting.props', 'NuGet.config'
    foreach ($name in $names) {
        $path = Join-Path $root $name
        if (-not (Test-Path $path)) { continue }
        $items = @(Get-Item -Force $path)
        if ($items[0].PSIsContainer) { $items += Get-ChildItem -Force -Recurse $path }
        foreach ($item in $items) {
            if ($item.LastWriteTimeUtc -gt $since -or $item.CreationTimeUtc -gt $since) { return $true }
        }
    }
    return $false
}

# The last build: the dotnet that made it, and the folder it stands in.
function Get-Current {
    if (-not (Test-Path $currentFile)) { return $null }
    $lines = @(Get-Content $currentFile)
    if ($lines.Count -lt 2) { return $null }
    $dll = Join-Path $lines[1] 'DbGate.Build.dll'
    if (-not (Test-Path $lines[0]) -or -not (Test-Path $dll)) { return $null }
    return @{ DotNet = $lines[0]; Dll = $dll }
}

# Runs a program with its output in the log; true when it ends with 0. A native program's error output is no error of ours.
function Invoke-Logged([string]$program, [string[]]$arguments) {
    $ErrorActionPreference = 'Continue'
    & $program @arguments *> $log
    return $LASTEXITCODE -eq 0
}

function Test-Sdk([string]$candidate) {
    if (-not $candidate -or -not (Test-Path $candidate)) { return $false }
    Push-Location $root
    try { return Invoke-Logged $candidate @('--version') } finally { Pop-Location }
}

function Find-Sdk {
    $name = if ($env:OS -eq 'Windows_NT') { 'dotnet.exe' } else { 'dotnet' }
    $candidates = @()
    if ($env:DOTNET_ROOT) { $candidates += Join-Path $env:DOTNET_ROOT $name }
    $onPath = Get-Command dotnet -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($onPath) { $candidates += $onPath.Source }
    $candidates += Join-Path $HOME ".dotnet/$name"
    if ($env:ProgramFiles) { $candidates += Join-Path $env:ProgramFiles "dotnet/$name" }
    foreach ($candidate in $candidates) {
        if (Test-Sdk $candidate) { return $candidate }
    }
    return $null
}

function Install-Sdk {
    $wanted = [version](Get-Content -Raw (Join-Path $root 'global.json') | ConvertFrom-Json).sdk.version
    $channel = "$($wanted.Major).$($wanted.Minor)"
    if ($env:DBGATE_NO_INSTALL) {
        Die "the .NET SDK $channel is missing and DBGATE_NO_INSTALL forbids installing it" 'install it from https://dot.net/download'
    }
    Say "no .NET SDK $channel found; installing it"
    $windows = $env:OS -eq 'Windows_NT'
    $extension = if ($windows) { 'ps1' } else { 'sh' }
    $script = Join-Path ([IO.Path]::GetTempPath()) "dotnet-install-$PID.$extension"
    $folder = Join-Path $HOME '.dotnet'
    try {
        [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
        Invoke-WebRequest -UseBasicParsing -TimeoutSec 60 -Uri "https://dot.net/v1/dotnet-install.$extension" -OutFile $script
        if ($windows) { & $script -Channel $channel -InstallDir $folder -NoPath | Out-Null }
        else { & bash $script --channel $channel --install-dir $folder --no-path | Out-Null }
    }
    catch { Say "the official install script failed: $($_.Exception.Message)" }
    finally { Remove-Item -Force -ErrorAction SilentlyContinue $script }
    $found = Find-Sdk
    if (-not $found) { Die "the .NET SDK $channel could not be installed" 'install it from https://dot.net/download, or put its folder into DOTNET_ROOT' }
    return $found
}

# Never fails the build, and installs nothing here: the tasks that need PostgreSQL say so themselves.
function Confirm-Postgres {
    if (Get-Command pg_dump -ErrorAction SilentlyContinue) { return }
    foreach ($pattern in "$env:ProgramFiles/PostgreSQL/*/bin/pg_dump.exe", '/usr/lib/postgresql/*/bin/pg_dump', '/opt/homebrew/opt/postgresql@*/bin/pg_dump') {
        if (Test-Path $pattern) { return }
    }
    Say "PostgreSQL's server and client tools are missing: tasks that need them will say so (winget install PostgreSQL.PostgreSQL.17)"
}

$options = @('-v', 'quiet', '-nologo', '-nodeReuse:false', '-tl:off', "-p:HostArtifacts=$hostFolder", '-p:HostBuild=true')
if (-not $env:CI) { $options += '-p:UseSharedCompilation=false', '-p:RunAnalyzers=false' }

function Set-Frosting([bool]$fromCakeTool) {
    Remove-Item -Force -ErrorAction SilentlyContinue $choice
    if ($fromCakeTool) {
        $text = "<Project>`n  <PropertyGroup>`n    <FrostingFromCakeTool>true</FrostingFromCakeTool>`n  </PropertyGroup>`n</Project>`n"
        [IO.File]::WriteAllText($choice, $text)
    }
}

# Answers 'true' or 'false': whether the host can be compiled ahead of time.
function Restore-Somehow([string]$dotnet) {
    $packages = Get-Item (Join-Path $root 'Directory.Packages.props')
    $chosen = (Test-Path $choice) -and (Get-Item $choice).LastWriteTimeUtc -ge $packages.LastWriteTimeUtc
    $sources = if ($chosen) { , $true } else { $false, $true }
    $first = $null
    foreach ($ahead in 'true', 'false') {
        foreach ($fromCakeTool in $sources) {
            if (-not $chosen) { Set-Frosting $fromCakeTool }
            if (Invoke-Logged $dotnet (@('restore', $project) + $options + "-p:HostReadyToRun=$ahead")) {
                if ($fromCakeTool -and -not $chosen) {
                    Say 'the feed has no Cake.Frosting: build/frosting stands in for it (artifacts/frosting.props keeps the choice)'
                }
                return $ahead
            }
            if ($null -eq $first) { $first = Get-Content -Raw $log }
        }
    }
    Set-Frosting $false
    [Console]::Error.WriteLine($first)
    Die 'restore failed (above)' "check the network and the package feed: $dotnet nuget list source"
}

function Invoke-Build {
    $dotnet = Find-Sdk
    if (-not $dotnet) { $dotnet = Install-Sdk }
    Confirm-Postgres
    Say 'building (once; again when a source changes)'
    $ahead = Restore-Somehow $dotnet
    $begun = Join-Path $hostFolder 'stamp.new'
    [IO.File]::WriteAllText($begun, '')
    $app = Join-Path $hostFolder "app-$(Get-Date -Format yyyyMMddHHmmss)-$PID"
    if (-not (Invoke-Logged $dotnet (@('publish', $project, '--no-restore', '-c', 'Release', '-o', $app) + $options + "-p:HostReadyToRun=$ahead"))) {
        Remove-Item -Recurse -Force -ErrorAction SilentlyContinue $app
        [Console]::Error.WriteLine((Get-Content -Raw $log))
        Die 'the build failed (above)' '' 1
    }
    [IO.File]::WriteAllText($currentFile, "$dotnet`n$app`n")
    Move-Item -Force $begun $stamp
    Get-ChildItem -Directory $hostFolder -Filter 'app-*' | Sort-Object Name | Select-Object -SkipLast 3 |
        ForEach-Object { Remove-Item -Recurse -Force -ErrorAction SilentlyContinue $_.FullName }
}

# One builder at a time.
function Enter-Lock {
    $path = Join-Path $hostFolder 'lock.ps1'
    for ($try = 0; $try -lt 2400; $try++) {
        try { return [IO.File]::Open($path, 'OpenOrCreate', 'ReadWrite', 'None') }
        catch [IO.IOException] { Start-Sleep -Milliseconds 250 }
    }
    Die 'another build.ps1 has been building for ten minutes' "end it, or remove $path" 12
}

$current = Get-Current
if ($null -eq $current -or (Test-Changed)) {
    New-Item -ItemType Directory -Force $hostFolder | Out-Null
    $lock = Enter-Lock
    try { if ($null -eq (Get-Current) -or (Test-Changed)) { Invoke-Build } }
    finally { $lock.Dispose() }
    $current = Get-Current
}

# PowerShell reads a,b as an array; the program wants it as one argument again.
$flat = @($args | ForEach-Object { if ($_ -is [array]) { $_ -join ',' } else { $_ } })
& $current.DotNet $current.Dll @flat
exit $LASTEXITCODE
