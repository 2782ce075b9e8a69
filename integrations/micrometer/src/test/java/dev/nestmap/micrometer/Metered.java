/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.S64;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import java.util.concurrent.atomic.AtomicBoolean;

/** Maps with metrics. */
@BpfObject("metered")
interface Metered {
    enum Protocol {
        TCP,
        UDP
    }

    record FlowKey(@U32 long source, @MetricLabel @U8 Protocol protocol) {}

    @InnerMap(maxEntries = 64)
    record Flow(
            @Key FlowKey key,
            @CounterMetric @U64 long packets,

            @CounterMetric(value = "flow.volume", description = "Bytes of a tenant") @U64
            long bytes) {
        /** Whether records reject {@link #ODD} bytes, as enums reject the numbers of later versions. */
        static final AtomicBoolean REJECT_ODD = new AtomicBoolean();

        static final long ODD = 666;

        /** Rejects some values. */
        public Flow {
            if (bytes == ODD && REJECT_ODD.get()) {
                throw new IllegalArgumentException("bytes are odd");
            }
        }
    }

    @InnerMapsOnDemand
    @OuterMap(inner = Flow.class, maxEntries = 64)
    record Tenant(@MetricLabel("tenant") @U32 long port) {}

    @BpfMap(maxEntries = 8)
    record Queue(
            @Key @MetricLabel @U32 long number,
            @GaugeMetric @S64 long length,
            @GaugeMetric("queue.stopped") boolean stopped) {}

    @BpfMap(maxEntries = 8)
    record Job(
            @Key @MetricLabel @U32 long number,
            @CounterMetric @U64 long done,
            @GaugeMetric @U64 long left) {}

    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 2)
    record Total(@Key @U32 long index, @CounterMetric @U64 long drops) {}

    @BpfMap(maxEntries = 8)
    record Plain(@Key @U32 long number, @U64 long value) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Opened(@U64 long number) {}
}
