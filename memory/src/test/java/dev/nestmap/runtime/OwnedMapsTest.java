/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.Network.CounterMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapKind;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnedMapsTest {
    private final RawMap raw =
            new HeapMapFactory().create(new MapShape("counter_map", MapKind.ARRAY, 4, 8, Network.COUNTERS, 0), null);

    @Test
    void closesTheOthersIfOneCantBeClosed() {
        CounterMap.Owned last = Network.owned(raw);
        Map<Integer, CounterMap.Owned> maps = new LinkedHashMap<>();
        maps.put(1, Network.owned(stuck("first")));
        maps.put(2, Network.owned(stuck("second")));
        maps.put(3, last);

        assertThatThrownBy(new OwnedMaps<>(maps.entrySet())::close)
                .hasMessageContaining("first")
                .satisfies(e -> assertThatThrownBy(() -> {
                            throw e.getSuppressed()[0];
                        })
                        .hasMessageContaining("second"));
        assertThatThrownBy(() -> last.get(0)).isInstanceOf(InvalidHandleException.class);
    }

    private RawMap stuck(String why) {
        return (RawMap) Proxy.newProxyInstance(
                RawMap.class.getClassLoader(), new Class<?>[] {RawMap.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        throw new BpfException("closing", why);
                    }
                    return method.invoke(raw, arguments);
                });
    }
}
