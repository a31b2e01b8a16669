extension ExperimentResult {
    /// A plot of the mean response time over the number of users, one line per target, as SVG.
    ///
    /// Nothing is painted behind it and the grey of text and axes reads on white and on black. A
    /// dashed line leads from the time at one user to the published ratio at nine.
    public func plot() -> String {
        ResponsePlot(result: self).svg()
    }
}

/// Places and draws the parts of the plot.
private struct ResponsePlot {
    private struct Line {
        let name: String
        let color: String
        let points: [(users: Int, seconds: Double)]
        var isDashed = false
    }

    private static let height = 440.0
    private static let area = (left: 72.0, top: 64.0, right: 570.0, bottom: 376.0)
    // Told apart also by people who see no red or no green (Okabe and Ito), and on either ground.
    private static let colors = ["#0f83c9", "#d9822b", "#159a74", "#c25b9a", "#8a7fd0", "#b0a020"]
    private static let grey = "#7a828c"

    private let lines: [Line]
    private let subtitle: String
    private let userTicks: [Int]
    private let axis: Axis

    init(result: ExperimentResult) {
        var lines: [Line] = []
        for (index, target) in result.targets.enumerated() {
            let runs = target.runs.filter { $0.response.count > 0 }.sorted { $0.users < $1.users }
            let points = runs.map { (users: $0.users, seconds: $0.response.mean) }
            let ratio = runs.last.flatMap { target.ratio(users: $0.users) }
            let suffix = ratio.map { ", × \(fixed($0, 2))" } ?? ""
            let color = Self.colors[index % Self.colors.count]
            lines.append(Line(name: target.name + suffix, color: color, points: points))
        }
        let users = Set(lines.flatMap(\.points).map(\.users)).sorted()
        // The last target is the one that is argued for; the published line starts where it does.
        if let alone = lines.last?.points.first, alone.users == 1, users.contains(9) {
            let published = alone.seconds * ExperimentResult.publishedRatio
            let name = "vLLM, published, × \(fixed(ExperimentResult.publishedRatio, 2))"
            let points = [alone, (users: 9, seconds: published)]
            lines.append(Line(name: name, color: Self.grey, points: points, isDashed: true))
        }
        self.lines = lines
        userTicks = Self.ticks(users)
        axis = Axis(maximum: lines.flatMap(\.points).map(\.seconds).max() ?? 1)
        let first = result.targets.first
        subtitle = first.map { "\($0.model), \($0.requestsPerUser) requests per user" } ?? ""
    }

    /// At most about a dozen labels, of numbers of users that were run.
    private static func ticks(_ users: [Int]) -> [Int] {
        let step = (users.count + 11) / 12
        return users.indices.filter { $0 % max(1, step) == 0 }.map { users[$0] }
    }

    private func x(_ users: Int) -> Double {
        let first = Double(min(1, userTicks.first ?? 1))
        let last = max(first + 1, Double(lines.flatMap(\.points).map(\.users).max() ?? 1))
        return Self.area.left + (Double(users) - first) / (last - first)
            * (Self.area.right - Self.area.left)
    }

    private func y(_ seconds: Double) -> Double {
        Self.area.bottom - seconds / axis.end * (Self.area.bottom - Self.area.top)
    }

    func svg() -> String {
        // Room for the longest name, at about 7.6 units a letter.
        let longest = lines.map(\.name.count).max() ?? 0
        let width = Self.area.right + max(190, 30 + 7.6 * Double(longest))
        let size = "\(fixed(width, 0)) \(fixed(Self.height, 0))"
        var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" "
        text += "font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"13\" "
        text += "fill=\"\(Self.grey)\">\n"
        text += "<title>Mean response time by number of users</title>\n"
        text += label(
            "Mean response time by number of users",
            x: Self.area.left,
            y: 26,
            more: "font-size=\"17\" font-weight=\"600\""
        )
        text += label(subtitle, x: Self.area.left, y: 46)
        text += grid() + lines.map(draw).joined() + endLabels()
        return text + "</svg>\n"
    }

    // MARK: - Parts

    private func grid() -> String {
        let area = Self.area
        var text = ""
        for tick in axis.ticks {
            let isBase = tick == 0
            let y = fixed(y(tick), 1)
            text += "<line x1=\"\(fixed(area.left, 1))\" x2=\"\(fixed(area.right, 1))\" "
            text += "y1=\"\(y)\" y2=\"\(y)\" stroke=\"\(Self.grey)\" "
            text += "stroke-opacity=\"\(isBase ? "0.9" : "0.25")\"/>\n"
            text += label(
                axis.label(tick),
                x: area.left - 8,
                y: self.y(tick) + 4.5,
                anchor: "end"
            )
        }
        for users in userTicks {
            text += label("\(users)", x: x(users), y: area.bottom + 20, anchor: "middle")
        }
        let middle = (x: (area.left + area.right) / 2, y: (area.top + area.bottom) / 2)
        text += label("users at once", x: middle.x, y: area.bottom + 44, anchor: "middle")
        let turn = "transform=\"rotate(-90 20 \(fixed(middle.y, 1)))\""
        return text
            + label(
                "mean response time, \(axis.unit)",
                x: 20,
                y: middle.y,
                anchor: "middle",
                more: turn
            )
    }

    private func draw(_ line: Line) -> String {
        let places = line.points.map { (fixed(x($0.users), 1), fixed(y($0.seconds), 1)) }
        let points = places.map { "\($0.0),\($0.1)" }.joined(separator: " ")
        let dashes = line.isDashed ? " stroke-dasharray=\"5 5\"" : ""
        var text = "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(line.color)\" "
        text += "stroke-width=\"2.2\" stroke-linejoin=\"round\"\(dashes)/>\n"
        if line.isDashed { return text }
        for (x, y) in places {
            text += "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"3.4\" fill=\"\(line.color)\"/>\n"
        }
        return text
    }

    /// Names at the ends of the lines, moved apart where the lines end close together.
    private func endLabels() -> String {
        var labels = lines.compactMap { line in
            line.points.last.map { (line: line, point: $0, y: y($0.seconds) + 4.5) }
        }
        labels.sort { $0.y > $1.y }
        for index in labels.indices.dropFirst() {
            labels[index].y = min(labels[index].y, labels[index - 1].y - 17)
        }
        return labels.map { entry in
            label(
                entry.line.name,
                x: x(entry.point.users) + 10,
                y: entry.y,
                more: "fill=\"\(entry.line.color)\""
            )
        }.joined()
    }

    private func label(
        _ text: String,
        x: Double,
        y: Double,
        anchor: String = "start",
        more: String = ""
    ) -> String {
        let escaped = text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
        return "<text x=\"\(fixed(x, 1))\" y=\"\(fixed(y, 1))\" text-anchor=\"\(anchor)\" \(more)>"
            + "\(escaped)</text>\n"
    }
}

/// An axis from 0 to at least a maximum, with round numbers on it.
private struct Axis {
    let end: Double
    let ticks: [Double]
    let unit: String
    private let scale: Double
    private let decimals: Int

    /// The maximum is in seconds; small ones are labelled in milliseconds.
    init(maximum: Double) {
        let maximum = max(maximum, 1e-6)
        let scale = maximum < 0.5 ? 1000.0 : 1
        self.scale = scale
        unit = maximum < 0.5 ? "milliseconds" : "seconds"
        var power = 1e-6
        while power * 10 <= maximum { power *= 10 }
        let steps = [0.2, 0.5, 1, 2].map { $0 * power }
        let step = steps.first { maximum / $0 <= 6 } ?? power * 2
        let count = (maximum / step).rounded(.up)
        end = step * count
        ticks = stride(from: 0.0, through: count, by: 1).map { $0 * step }
        decimals =
            [0, 1, 2, 3].first { digits in
                let shown = step * scale * [1, 10, 100, 1000][digits]
                return (shown - shown.rounded()).magnitude < 1e-6
            } ?? 3
    }

    func label(_ tick: Double) -> String { fixed(tick * scale, decimals) }
}
