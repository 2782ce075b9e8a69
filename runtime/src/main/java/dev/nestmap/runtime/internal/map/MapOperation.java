/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import org.jspecify.annotations.Nullable;

/** Operations on a map. Each creates the exception for its own failure. */
public enum MapOperation {
    CREATE("creation"),
    LOOKUP("lookup"),
    UPDATE("update"),
    DELETE("delete"),
    TAKE("removal of entries"),
    ITERATE("iteration"),
    MMAP("mapping of the memory");

    private final String noun;

    MapOperation(String noun) {
        this.noun = noun;
    }

    /** The operation as a noun, for messages. */
    public String noun() {
        return noun;
    }

    /**
     * Returns the exception for an operation that the kernel, or the heap in its place, rejected.
     *
     * @param map the map the operation was tried on
     * @param key the key the operation was tried with; null if it had none
     * @param errno the errno, negative as a {@link RawMap} returns it, or positive
     */
    public BpfException failed(MapShape map, @Nullable Object key, int errno) {
        int positive = Math.abs(errno);
        MapErrors.Row row = MapErrors.find(this, map, positive).orElse(null);
        String why = row == null ? null : row.explain(map);
        if (this == CREATE && positive == ErrnoNumbers.EPERM && why != null) {
            String lacking = LinuxCapability.lacking();
            why += lacking.isEmpty()
                    ? "; if this process has them, something else forbids it: " + LinuxCapability.otherReasons()
                    : lacking;
        }
        Reason reason = row == null ? null : row.reason();
        return (reason == null
                        ? BpfException.of(positive, noun)
                        : BpfException.of(reason, noun).errno(positive))
                .map(map.name())
                .key(key)
                .because(why);
    }
}
