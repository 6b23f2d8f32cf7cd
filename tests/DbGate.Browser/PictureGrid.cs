using Microsoft.Playwright;

namespace DbGate.Browser;

/// <summary>
/// A picture as a grid of grey levels, which is small enough to commit and does not change with a font's hinting. DBGATE_ACCEPT=1 accepts.
/// </summary>
static class PictureGrid
{
    const int Columns = 40;

    /// <summary>Of a whole page, which is many screens long.</summary>
    public const int OfWholePage = 16;

    /// <summary>Grey levels, of 64, by which a cell may differ.</summary>
    const int Tolerance = 3;

    /// <summary>Cells, of 100, that may differ by more: a line that breaks elsewhere moves some.</summary>
    const int MostMoved = 6;

    static readonly string Folder = Path.Combine(Repository.Root, "tests", "DbGate.Browser", "views");

    /// <summary>Compares with the committed grid.</summary>
    /// <param name="context">Opens a page that reads the picture.</param>
    /// <param name="png">The picture.</param>
    /// <param name="name">Of the committed file.</param>
    /// <param name="columns">How many cells a row has.</param>
    public static async Task CompareAsync(IBrowserContext context, byte[] png, string name, int columns = Columns)
    {
        var grid = await ReadAsync(context, png, columns);
        var file = Path.Combine(Folder, $"{name}.txt");
        if (Environment.GetEnvironmentVariable("DBGATE_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Folder);
            await File.WriteAllTextAsync(file, grid);
        }

        var accepted = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
        Assert.That(grid.Split('\n').Length, Is.EqualTo(accepted.Split('\n').Length), $"{name}: rows");
        var moved = grid.Zip(accepted).Count(cell => cell.First != '\n' && Math.Abs(cell.First - cell.Second) > Tolerance);
        Assert.That(
            moved * 100.0 / grid.Length, Is.LessThanOrEqualTo(MostMoved),
            $"{name} looks different; see artifacts/pages and accept with DBGATE_ACCEPT=1");
    }

    static async Task<string> ReadAsync(IBrowserContext context, byte[] png, int columns)
    {
        var page = await context.NewPageAsync();
        try
        {
            return await page.EvaluateAsync<string>(
                """
                async ([columns, data]) => {
                  const picture = new Image();
                  picture.src = `data:image/png;base64,${data}`;
                  await picture.decode();
                  const rows = Math.round(picture.height * columns / picture.width);
                  const canvas = document.createElement('canvas');
                  [canvas.width, canvas.height] = [picture.width, picture.height];
                  const pen = canvas.getContext('2d');
                  pen.drawImage(picture, 0, 0);
                  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
                  const lines = [];
                  for (let row = 0; row < rows; row++) {
                    let line = '';
                    for (let column = 0; column < columns; column++) {
                      const [x0, x1] = [column, column + 1].map(at => Math.floor(at * canvas.width / columns));
                      const [y0, y1] = [row, row + 1].map(at => Math.floor(at * canvas.height / rows));
                      let sum = 0, count = 0;
                      for (let y = y0; y < y1; y += 2)
                        for (let x = x0; x < x1; x += 2, count++) {
                          const at = (y * canvas.width + x) * 4;
                          sum += 0.2126 * pixels[at] + 0.7152 * pixels[at + 1] + 0.0722 * pixels[at + 2];
                        }
                      line += String.fromCharCode(35 + Math.floor(sum / count / 4.01));
                    }
                    lines.push(line);
                  }
                  return lines.join('\n');
                }
                """,
                new object[] { columns, Convert.ToBase64String(png) });
        }
        finally
        {
            await page.CloseAsync();
        }
    }
}
