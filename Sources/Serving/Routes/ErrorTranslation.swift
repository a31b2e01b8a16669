import Inference
import OpenAIProtocol
import TextGeneration

extension APIError {
    /// What a client is told when its text is not written.
    init(_ error: TextGenerationError, _ engine: Engine) {
        switch error {
        case .noTokenizer, .noChatTemplate, .template, .grammar, .deadEnd:
            self = .badRequest(error.message, param: error.parameter)
        case .failed:
            self.init(status: 500, message: error.message)
        case .engine(let reason):
            self.init(reason, engine)
        }
    }

    private init(_ error: EngineError, _ engine: Engine) {
        switch error {
        case .overloaded(let seconds):
            self.init(status: 429, message: error.message, retryAfterSeconds: seconds)
        case .draining, .stopped:
            self.init(
                status: 503,
                message: error.message,
                retryAfterSeconds: engine.retryAfterSeconds
            )
        case .doesNotFit, .unsupported:
            self.init(status: 500, message: error.message)
        case .promptEmpty, .promptTokenOutOfRange, .promptTooLong, .neverFits, .invalidParameter:
            self = .badRequest(error.message, param: error.parameter)
        }
    }
}
