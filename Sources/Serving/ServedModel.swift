import Inference
import Synchronization
import TextGeneration

/// The model behind the routes, once it is there: the server listens while it is loaded.
final class ServedModel: Sendable {
    private struct State {
        var service: ModelService?
        var isDraining = false
    }

    private let state = Mutex(State())
    /// Given when the server listens: what is wrong with the address is said before loading.
    let listens = OneTimeSignal()
    /// Given when the model is there.
    let isLoaded = OneTimeSignal()

    /// Nil while the model is loaded.
    var service: ModelService? { state.withLock { $0.service } }

    /// Has the routes use a model from now on.
    func set(_ service: ModelService) {
        let isDraining = state.withLock { state in
            state.service = service
            return state.isDraining
        }
        if isDraining { service.model.engine.startDraining() }
        isLoaded.give()
    }

    /// Refuses new requests, those to a model that is still loaded too.
    func startDraining() {
        let service = state.withLock { state in
            state.isDraining = true
            return state.service
        }
        service?.model.engine.startDraining()
    }

    /// Ends what is in flight.
    func shutDown() {
        service?.model.engine.shutDown()
    }

    /// Requests in the engine's hands.
    var unfinishedRequestCount: Int { service?.model.engine.status.unfinishedRequestCount ?? 0 }
}
