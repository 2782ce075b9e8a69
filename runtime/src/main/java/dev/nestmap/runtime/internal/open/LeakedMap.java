/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.internal.map.RawMap;

/** The raw map of a handle. It is closed when the handle is left undrained or becomes garbage. */
final class LeakedMap extends HandleLeakWatch {
    private final String name;
    private final RawMap raw;
    private final CallGate gate;
    private volatile HandleEndAction ending = HandleEndAction.CLOSE;

    LeakedMap(String name, RawMap raw, CallGate gate) {
        this.name = name;
        this.raw = raw;
        this.gate = gate;
    }

    HandleEndAction ending() {
        return ending;
    }

    void endWith(HandleEndAction given) {
        ending = given;
    }

    /** Closes the map, which its owner does not need any more. */
    void close() {
        raw.close();
        ending.released();
    }

    /** Closes the map and keeps its pin. */
    void leave() {
        raw.close();
        ending.abandoned();
    }

    @Override
    protected String subject() {
        return "handles of map " + name;
    }

    @Override
    public String free() {
        // The handle can become garbage while its last call is still under way.
        gate.revoke();
        int id = raw.id();
        leave();
        return "map " + name + " (id " + id + ") was closed because its handle became garbage" + ending.note()
                + ": close owned handles with try-with-resources, or hand them over with swap";
    }
}
