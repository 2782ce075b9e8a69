/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.internal.map.RawMap;

/** The raw map of a handle. When the handle is left or becomes garbage, the end action of the handle closes or keeps it. */
final class LeakedMap extends HandleLeakWatch {
    private final String name;
    private final RawMap raw;
    private final CallGate gate;
    private final ObjectFailure failure;
    private volatile HandleEndAction ending = HandleEndAction.CLOSE;

    LeakedMap(String name, RawMap raw, CallGate gate, ObjectFailure failure) {
        super("handles of map " + name);
        this.name = name;
        this.raw = raw;
        this.gate = gate;
        this.failure = failure;
    }

    HandleEndAction ending() {
        return ending;
    }

    void endWith(HandleEndAction given) {
        ending = given;
    }

    /**
     * Ends the use of the map, which its owner does not need any more. Its pin ends first: from then on, the map is lost with this process.
     *
     * @param closing closes the map, or keeps it for another use
     */
    void close(Runnable closing) {
        try {
            ending.released();
        } finally {
            closing.run();
        }
    }

    /** Gives the map to the end action. */
    void leave() {
        ending.abandoned(raw);
    }

    @Override
    public void free() {
        failure.during(() -> {
            gate.revoke(); // the handle can become garbage while its last call is still under way
            leave();
        });
    }

    @Override
    protected String report() {
        return ending.garbageReport("map " + name + " (id " + raw.id() + ")");
    }
}
