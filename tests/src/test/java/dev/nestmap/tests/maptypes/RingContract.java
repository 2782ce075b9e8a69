/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.runtime.Displaced;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The contract for ring buffers of {@link Rings}. */
abstract class RingContract extends StreamContract<RingsBpf.EventMap> {
    @Override
    abstract RingsBpf loaded();

    @Override
    RingsBpf.EventMap map(long key) {
        return loaded().eventsBy().getOrCreate(key);
    }

    @Override
    @Nullable
    Displaced<Long, RingsBpf.EventMap> rotate() {
        return loaded().eventsBy().rotate(1);
    }

    @Override
    long consume(RingsBpf.EventMap map, LongConsumer action) {
        return map.consume(event -> action.accept(event.number()));
    }

    @Override
    long consumeView(RingsBpf.EventMap map, LongConsumer action) {
        return map.consume(new RingsBpf.EventMap.View(), event -> action.accept(event.number()));
    }

    @Override
    long consume(RingsBpf.EventMap map, Duration patience, LongConsumer action) throws InterruptedException {
        return map.consume(patience, event -> action.accept(event.number()));
    }

    @Override
    long consumeAll(Duration patience, BiConsumer<Long, Long> action) throws InterruptedException {
        return loaded().eventsBy().consume(patience, (tenant, event) -> action.accept(tenant, event.number()));
    }
}
