/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.map.RawMap;

/** Closes the map of a handle that became garbage. */
final class LeakedMap implements HandleCleaner.Leak {
    private final String name;
    private final RawMap raw;
    private final Lease lease;
    private volatile Runnable furtherAction = () -> {};
    private volatile String note = "";

    LeakedMap(String name, RawMap raw, Lease lease) {
        this.name = name;
        this.raw = raw;
        this.lease = lease;
    }

    /** Sets an action that runs after the map is closed. It must not refer to the handle. */
    void onLeak(Runnable action, String noteInReport) {
        furtherAction = action;
        note = noteInReport;
    }

    @Override
    public String subject() {
        return "handles of map " + name;
    }

    @Override
    public String free() {
        // The handle can become garbage while its last call is still under way.
        lease.revoke();
        int id = raw.id();
        raw.close();
        furtherAction.run();
        return "map " + name + " (id " + id + ") was closed because its handle became garbage" + note
                + ": close owned handles with try-with-resources, or hand them over with put";
    }
}
