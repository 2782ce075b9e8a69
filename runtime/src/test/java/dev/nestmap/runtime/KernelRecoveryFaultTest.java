/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMaps;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recovery while the process or the machine lacks file descriptors or memory for a moment. */
@KernelTest
@Timeout(120)
class KernelRecoveryFaultTest extends PinnedTest {
    private static final Set<Errno> TEMPORARY = EnumSet.of(Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM);
    private static final FlowKey HTTPS = new FlowKey(443, 6);

    private final WatchedThread thread = new WatchedThread();

    /** The undrained maps by the keys that they were at. This test keeps them alive, so that it can leave them undrained again. */
    private final Map<Long, RawMap> undrained = new LinkedHashMap<>();

    @AfterEach
    void close() {
        thread.close();
        undrained.values().forEach(RawMap::close);
    }

    @Test
    void throwsATemporaryErrorAndLeavesAllMapsToTheNextRecovery() throws IOException {
        try (Network network = load()) {
            for (long key = 1; key <= 3; key++) {
                FlowMap flows = network.tenant().create(key);
                flows.put(new Flow(HTTPS, key));
                undrained.put(key, Objects.requireNonNull(new KernelMaps().open(flows.id())));
                network.tenant().remove(key);
            }
            leaveUndrained();
            List<SystemCall> calls = Collections.synchronizedList(new ArrayList<>());
            recover(network, "without an error", call -> {
                calls.add(call);
                return null;
            });
            assertThat(calls).contains(SystemCall.OBJ_GET, SystemCall.OPENAT);
            for (int i = 0; i < calls.size(); i++) {
                for (Errno errno : calls.get(i).errors()) {
                    if (TEMPORARY.contains(errno)) {
                        recoverWithAnError(network, i, calls.get(i), errno);
                    }
                }
            }
        }
    }

    private void recoverWithAnError(Network network, int n, SystemCall call, Errno errno) {
        String when = errno + " from call " + n + ", " + call;
        int[] seen = {0};
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            leaveUndrained();
            try {
                recover(network, "in spite of " + when, next -> seen[0]++ == n ? errno : null);
            } catch (BpfException e) {
                assertThat(e.errno()).as(when).isEqualTo(errno);
                recover(network, "after " + when, next -> null);
            }
            assertThat(log.messages()).as(when).isEmpty();
        }
    }

    /** Recovers, and requires that all maps are handed out. */
    private void recover(Network network, String when, WatchedThread.Watcher watcher) {
        List<Undrained<Long, FlowMap.Owned>> recovered = new ArrayList<>();
        thread.run(watcher, () -> recovered.addAll(network.tenant().recoverUndrained()));
        assertThat(recovered)
                .as(when)
                .extracting(Undrained::key)
                .containsExactlyInAnyOrderElementsOf(undrained.keySet());
        recovered.forEach(map -> {
            assertThat(map.map()).as(when).containsExactly(new Flow(HTTPS, map.key()));
            map.close();
        });
    }

    private void leaveUndrained() {
        undrained.forEach(
                (key, map) -> new KernelPins(pins).pin(map, fs.path("tenant-draining/" + key + "-" + map.id()), pins));
    }
}
