using CsCheck;
using DbGate.CommandGuard;

namespace DbGate.Tests.CommandGuard;

/// <summary>However a command is written, the shell runs the same; so the verdict is the same.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Quoting
{
    static readonly string[][] Commands =
    [
        ["npx", "prisma", "db", "push"], ["npx", "--yes", "prisma@6.19.3", "db", "push", "--accept-data-loss"],
        ["pnpm", "exec", "prisma", "migrate", "reset", "--force"], ["yarn", "prisma", "migrate", "dev"],
        ["bunx", "--bun", "prisma", "db", "push"], ["dotenv", "-e", ".env.production", "--", "prisma", "db", "push"],
        ["node", "./node_modules/prisma/build/index.js", "db", "push"], ["python", "-m", "prisma", "db", "push"],
        ["env", "A=1", "npx", "prisma", "db", "drop", "--preview-feature", "-f"],
        ["timeout", "60", "npx", "prisma", "db", "execute", "--stdin"],
        ["docker", "compose", "exec", "-T", "api", "npx", "prisma", "db", "push"],
    ];

    static readonly Gen<Func<char, string>> Letter =
        Pick.From<Func<char,
            string>>(
                c => $"{c}", c => $"'{c}'", c => $"\"{c}\"", c => char.IsLetterOrDigit(c) ? $"\\{c}" : $"'{c}'", c => $"$'{c}'",
                c => $"{c}\"\"", c => $"''{c}", c => $"\\\n{c}", c => $"$'\\x{(int)c:x2}'");

    static readonly Gen<string> Space = Pick.From(" ", "  ", "\t", " \\\n ", " \\\r\n");

    static readonly Gen<Func<string, string>> Around = Pick.From<Func<string, string>>(
        line => line, line => $"( {line} )", line => $"{{ {line}; }}", line => $"true && {line}", line => $"false || {line}",
        line => $"cd app; {line} &", line => $"if true; then {line}; fi", line => $"x=$({line})", line => $"echo `echo $({line})`",
        line => $"while {line}; do :; done", line => $"case x in x) {line} ;; esac", line => $"f() {{ {line}; }}\nf",
        line => $"! {line} > log 2>&1 < /dev/null", line => $"cat <<EOF\nnothing\nEOF\n{line}", line => $"sh <<'EOF'\n{line}\nEOF",
        line => $"# comment's quote\n{line}", line => $"A=1 B='2 3' {line}", line => $"echo \"$({line})\"", line => $"sudo -u app {line}",
        line => $"exec {line}", line => $"yes | {line} | tee log");

    [Test]
    public void Never_hides_a_command() =>
        Gen.Select(Pick.From(Commands), Letter.Array[60], Space.Array[12], Around).Sample(
            (words, letters, spaces, around) =>
            {
                var next = 0;
                var line =
                    string.Concat(
                        words.Select((word, index) => (index == 0 ? "" : spaces[index % spaces.Length])
                            + string.Concat(word.Select(c => letters[next++ % letters.Length](c)))));
                return Guard.Classify(around(line), "production").Blocks;
            },
            iter: 20_000,
            print: sample => $"{sample}");

    [Test]
    public void In_single_quotes_is_a_text() =>
        Gen.Select(Pick.From(Commands), Pick.From("echo", "printf", "logger", "git commit -m", "grep -r")).Sample(
            (words, talker) => !Guard.Classify($"{talker} '{string.Join(' ', words)}'", "production").Blocks,
            iter: 500);
}
