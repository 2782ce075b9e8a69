/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.ArrayList;
import java.util.List;

/** The records of a ring buffer or perf event array, for as long as its handle is valid. */
final class LeasedStream implements StreamOperations {
    private final LeasedMap map;

    LeasedStream(LeasedMap map) {
        this.map = map;
    }

    @Override
    public int take(Block to) {
        map.enter();
        try {
            return map.raw().stream().take(to);
        } finally {
            map.lease.exit();
        }
    }

    @Override
    public int takeMany(Block to) {
        map.enter();
        try {
            return map.raw().stream().takeMany(to);
        } finally {
            map.lease.exit();
        }
    }

    /** Works after a revocation too: then the map's new owner gets the records. */
    @Override
    public void giveBack(Block from, int at, int end) {
        map.raw().stream().giveBack(from, at, end);
    }

    @Override
    public int put(Block from, int size) {
        map.enter();
        try {
            return map.raw().stream().put(from, size);
        } finally {
            map.lease.exit();
        }
    }

    @Override
    public int await(List<RawMap> others, int millis) {
        return map.whileValid(() -> map.raw().stream().await(others, millis));
    }

    /** Waits until one of the maps whose handles are valid has a record: see {@link StreamOperations#await}. */
    static int awaitAny(List<LeasedMap> maps, int millis) {
        List<LeasedMap> entered = new ArrayList<>();
        try {
            for (LeasedMap map : maps) {
                if (map.lease.enter()) {
                    entered.add(map);
                }
            }
            List<RawMap> raws = entered.stream().map(LeasedMap::raw).toList();
            return raws.isEmpty() ? 0 : raws.get(0).stream().await(raws.subList(1, raws.size()), millis);
        } finally {
            entered.forEach(map -> map.lease.exit());
        }
    }

    @Override
    public void openBuffers(int bytesPerCpu) {
        map.writing(() -> map.raw().stream().openBuffers(bytesPerCpu));
    }

    @Override
    public int bufferSize() {
        return map.whileValid(() -> map.raw().stream().bufferSize());
    }

    @Override
    public long takeLost() {
        return map.whileValid(() -> map.raw().stream().takeLost());
    }
}
