import Hummingbird
import OpenAIProtocol
import TextGeneration
import Tokenization

/// The tokenizer by itself.
enum TokenRoutes {
    static func tokenize(
        _ service: ModelService,
        _ call: RouteCall
    ) throws -> Response {
        let request = try TokenizeRequest(body: call.body)
        try service.check(modelName: request.model)
        let tokenizer = try tokenizer(of: service, field: "prompt")
        let tokens =
            switch request.content {
            case .text(let text):
                tokenizer.encode(text, addSpecialTokens: request.addSpecialTokens)
            case .conversation(let conversation):
                try ChatPrompt(conversation, service: service).tokenIDs
            }
        let pieces =
            request.returnTokenStrings ? tokens.map { tokenizer.token(for: $0) ?? "" } : nil
        return Response(
            json: TokenizeResponse(
                tokens: tokens,
                tokenStrings: pieces,
                maxModelLength: service.model.maxModelLength
            ).encoded()
        )
    }

    static func detokenize(
        _ service: ModelService,
        _ call: RouteCall
    ) throws -> Response {
        let request = try DetokenizeRequest(body: call.body)
        try service.check(modelName: request.model)
        let tokenizer = try tokenizer(of: service, field: "tokens")
        for id in request.tokens where Int(id) >= tokenizer.vocabularySize {
            throw APIError.badRequest(
                "Token id \(id) is not in the vocabulary: ids are 0 to "
                    + "\(tokenizer.vocabularySize - 1).",
                param: "tokens"
            )
        }
        let text = tokenizer.decode(request.tokens, skipSpecialTokens: false)
        return Response(json: DetokenizeRequest.answer(prompt: text))
    }

    private static func tokenizer(
        of service: ModelService,
        field: String
    ) throws(APIError) -> Tokenizer {
        guard let tokenizer = service.model.tokenizer else {
            throw APIError(TextGenerationError.noTokenizer(field: field), service.model.engine)
        }
        return tokenizer
    }
}
