import FoundationEssentials
import ModelHub
import Testing

@Suite("The way of a token")
struct RouteTests {
    /// What becomes of a redirect.
    enum Outcome: Sendable, Equatable {
        /// Followed, with the token or without.
        case followed(to: String, carriesToken: Bool)
        case refused
    }

    struct Step: Sendable, CustomTestStringConvertible {
        var endpoint = "https://hub.example"
        var locations: [String?]
        var outcome: Outcome

        var testDescription: String {
            "\(endpoint) → \(locations.map { String(($0 ?? "nowhere").prefix(60)) })"
        }
    }

    static func away(_ locations: [String?], to url: String? = nil) -> Step {
        let url = url ?? locations.compactMap(\.self).last ?? ""
        return Step(locations: locations, outcome: .followed(to: url, carriesToken: false))
    }

    static func home(_ locations: [String?], to url: String) -> Step {
        Step(locations: locations, outcome: .followed(to: url, carriesToken: true))
    }

    static func refused(_ location: String?, from endpoint: String = "https://hub.example") -> Step
    {
        Step(endpoint: endpoint, locations: [location], outcome: .refused)
    }

    static let steps: [Step] = [
        // inside the origin
        home(["/x"], to: "https://hub.example/x"),
        home(["x"], to: "https://hub.example/a/x"),
        home(["?x=1"], to: "https://hub.example/a/b?x=1"),
        home(["../x"], to: "https://hub.example/x"),
        home(["https://hub.example/x"], to: "https://hub.example/x"),
        home(["https://HUB.example/x"], to: "https://HUB.example/x"),
        home(["https://hub.example:443/x"], to: "https://hub.example:443/x"),
        home(["/x", "/y", "z"], to: "https://hub.example/z"),
        // to others: without the token, and without it back
        away(["https://other.example/x"]),
        away(["//other.example/x"], to: "https://other.example/x"),
        away(["https://hub.example:8443/x"]), away(["https://hub.example:80/x"]),
        away(["https://cdn.hub.example/x"]), away(["https://hub.example.evil.example/x"]),
        away(["https://hub.example./x"]), away(["https://xhub.example/x"]),
        away(["https://127.0.0.1/x"]), away(["https://[::1]/x"]),
        away(["https://evil.example/hub.example/x"]), away(["https://evil.example?hub.example"]),
        away(["https://evil.example#@hub.example/"]),
        away(["https://evil.example/https://hub.example/"]),
        away(["https://xn--hb-xka.example/x"]),
        away(["https://other.example/x", "https://hub.example/x"]),
        away(["https://other.example/x", "/y"], to: "https://other.example/y"),
        away(["/x", "https://other.example/x", "https://hub.example/y"]),
        away(["https://other.example/x?sig=1", "https://third.example/y"]),
        // a user's name in the address
        refused("https://hub.example@evil.example/x"), refused("https://user@hub.example/x"),
        refused("https://user:word@hub.example/x"), refused("https://:word@hub.example/x"),
        refused("https://hub.example:443@evil.example/x"), refused("//user@hub.example/x"),
        refused("https://hub.example%40evil.example@third.example/"),
        // without encryption
        refused("http://hub.example/x"), refused("http://hub.example:443/x"),
        refused("HTTP://hub.example/x"), refused("http://other.example/x"),
        refused("http://127.0.0.1/x"), refused("http://localhost/x"),
        refused("http://other.example/x", from: "http://127.0.0.1:8080"),
        refused("http://127.0.0.1.evil.example/x", from: "http://127.0.0.1:8080"),
        refused("http://127.1/x", from: "http://127.0.0.1:8080"),
        refused("http://0.0.0.0/x", from: "http://127.0.0.1:8080"),
        // other schemes
        refused("ftp://hub.example/x"), refused("file:///etc/hostname"), refused("data:,x"),
        refused("javascript:x"), refused("ws://hub.example/x"), refused("unix:///run/x.sock"),
        refused("http+unix://x/y"), refused("mailto:x@hub.example"),
        // no addresses
        refused(nil), refused(""), refused("https://"), refused("https:///x"),
        refused("https://:443/"),
        refused("https://hub.example:99999999999/x"),
        // what parsers read in two ways
        refused("https://hub.example\\@evil.example/x"), refused("\\\\evil.example\\x"),
        refused("https://evil.example\t.hub.example/"), refused("/x\r\nAuthorization: y"),
        refused("/x\r\nHost: evil.example"), refused("/x\0y"), refused(" https://evil.example/x"),
        refused("https://hüb.example/x"), refused("https://hub\u{3002}example/x"),
        refused("/" + String(repeating: "a", count: 10_000)),
    ]

    @Test("each redirect", arguments: steps)
    func redirect(step: Step) throws {
        let endpoint = try #require(URL(string: step.endpoint))
        var route = try #require(HubRoute(endpoint: endpoint, path: "/a/b"))
        #expect(route.carriesToken)
        var outcome = Outcome.refused
        do throws(HubError) {
            for location in step.locations { route = try route.redirected(to: location) }
            outcome = .followed(to: route.url.absoluteString, carriesToken: route.carriesToken)
        } catch {
            guard case .badRedirect = error else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(outcome == step.outcome)
    }

    @Test("on this machine plain mirrors may lead to plain ones, without the token")
    func mirror() throws {
        let endpoint = try #require(URL(string: "http://127.0.0.1:8080/mirror"))
        let route = try #require(HubRoute(endpoint: endpoint, path: "/a/b"))
        #expect(route.url.absoluteString == "http://127.0.0.1:8080/mirror/a/b")
        #expect(try route.redirected(to: "/x").carriesToken)
        for location in [
            "http://127.0.0.1:8081/x", "http://localhost:8080/x", "http://[::1]:8080/x",
            "https://127.0.0.1:8080/x", "//127.0.0.1/x",
        ] {
            #expect(try !route.redirected(to: location).carriesToken, "\(location)")
        }
    }
}
