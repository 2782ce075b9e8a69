/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done to a map, and the exception for when it fails. */
public enum MapOperation {
    CREATE("creation"),
    LOOKUP("lookup"),
    UPDATE("update"),
    DELETE("delete"),
    TAKE("taking out of entries"),
    ITERATE("iteration"),
    MAP("mapping of the memory");

    private final String noun;

    MapOperation(String noun) {
        this.noun = noun;
    }

    public String noun() {
        return noun;
    }

    /**
     * The exception for an operation that the kernel, or the heap in its place, refused.
     *
     * @param map the map that it was tried on
     * @param key key it was tried with, if there was one
     * @param errno as a {@link RawMap} returned it, or as a positive number
     */
    public BpfException failed(MapShape map, @Nullable Object key, int errno) {
        return failed(map, key, errno, List.of());
    }

    /** The same with the lines that libbpf wrote meanwhile. */
    public BpfException failed(MapShape map, @Nullable Object key, int errno, List<String> log) {
        int positive = Math.abs(errno);
        String lacking = this == CREATE && positive == ErrnoNumbers.EPERM ? Capabilities.lacking() : "";
        String explanation =
                MapErrors.explain(this, map, positive).map(why -> why + lacking).orElse(null);
        return BpfException.of(noun)
                .map(map.title())
                .key(key)
                .errno(positive)
                .because(explanation)
                .log(log)
                .build();
    }
}
