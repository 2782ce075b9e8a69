/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** A system call that fails once during a recovery loses no map. */
@KernelTest
@Timeout(120)
class KernelRecoveryFaultTest extends PinnedTest {
    private static final Set<Errno> TEMPORARY = EnumSet.of(Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM);
    private static final Set<SystemCall> UPDATES = EnumSet.of(SystemCall.MAP_UPDATE_ELEM, SystemCall.MAP_UPDATE_BATCH);

    private final WatchedThread thread = new WatchedThread();

    /** The waiting maps by the keys that they were at. This test keeps them alive, so that it can leave them waiting again. */
    private final Map<Long, RawMap> waiting = new LinkedHashMap<>();

    @AfterEach
    void close() {
        thread.close();
        waiting.values().forEach(RawMap::close);
    }

    @Test
    void throwsATemporaryErrorAndLeavesAllMapsToTheNextRecovery() throws IOException {
        try (Network network = load()) {
            for (long key = 1; key <= 3; key++) {
                FlowMap flows = network.tenant().create(key);
                flows.put(new Flow(HTTPS, key));
                waiting.put(key, Objects.requireNonNull(new KernelMapFactory().open(flows.id())));
                network.tenant().discard(key);
            }
            leaveWaiting();
            List<SystemCall> calls = Collections.synchronizedList(new ArrayList<>());
            recover(network, "without an error", WatchedThread.noting(calls));
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

    /** The next pin is the only one of the map in the slot if a process was killed before it moved this pin. */
    @Test
    void aFailedChangeKeepsTheNextPinThatAnEndedProcessLeft() throws IOException {
        try (Network network = load()) {
            network.tenant().create(1L);
        }
        List<SystemCall> all = Collections.synchronizedList(new ArrayList<>());
        rotateBesideANextPin("without an error", WatchedThread.noting(all));
        List<SystemCall> calls =
                all.stream().takeWhile(call -> !UPDATES.contains(call)).toList();
        assertThat(calls).contains(SystemCall.OBJ_GET, SystemCall.RENAME);
        for (int i = 0; i < calls.size(); i++) {
            int n = i;
            calls.get(n).errors().stream()
                    .filter(TEMPORARY::contains)
                    .findFirst() // one error for each call keeps the test fast
                    .ifPresent(errno -> rotateBesideANextPin(n, calls.get(n), errno));
        }
    }

    private void rotateBesideANextPin(int n, SystemCall call, Errno errno) {
        int[] seen = {0};
        String when = errno + " from call " + n + ", " + call;
        rotateBesideANextPin(when, next -> seen[0]++ == n ? errno : null);
    }

    private void rotateBesideANextPin(String when, WatchedThread.Watcher watcher) {
        Path pin = fs.pin("tenant-inner/1");
        Path next = fs.pin("tenant-inner/1-next");
        if (Files.exists(next)) {
            new KernelPins().remove(pin);
        } else {
            new KernelPins().move(pin, next);
        }
        try (Network network = load()) {
            try {
                thread.run(
                        watcher,
                        () -> Objects.requireNonNull(network.tenant().rotate(1L))
                                .acknowledge());
            } catch (BpfException e) {
                assertThat(e.errno() != null || network.tenant().waitingCount() > 0)
                        .as(when)
                        .isTrue();
            }
            if (network.tenant().waitingCount() > 0) {
                thread.run(call -> null, () -> discardDisplaced(network.tenant().waitingTickets()));
            }
            try (FlowMap.Owned pinned = FlowMap.openPinned(Files.exists(next) ? next : pin, MapAccess.READ_ONLY)) {
                assertThat(pinned.id())
                        .as(when)
                        .isEqualTo(
                                Objects.requireNonNull(network.tenant().get(1L)).id());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void recoverWithAnError(Network network, int n, SystemCall call, Errno errno) {
        String when = errno + " from call " + n + ", " + call;
        int[] seen = {0};
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            leaveWaiting();
            try {
                recover(network, "in spite of " + when, next -> seen[0]++ == n ? errno : null);
            } catch (BpfException e) {
                assertThat(e.errno()).as(when).isEqualTo(errno);
                recover(network, "after " + when, next -> null);
            }
            assertThat(log.messages()).as(when).allMatch(message -> message.contains("the next drain tries again"));
        }
    }

    /** Recovers, and requires that all maps are handed out. */
    private void recover(Network network, String when, WatchedThread.Watcher watcher) {
        List<Displaced<Long, FlowMap>> recovered = new ArrayList<>();
        thread.run(watcher, () -> recovered.addAll(network.tenant().waitingTickets()));
        assertThat(DrainedMap.keys(recovered)).as(when).containsExactlyInAnyOrderElementsOf(waiting.keySet());
        DrainedMap.drainEach(recovered, (key, map) -> assertThat(map).as(when).containsExactly(new Flow(HTTPS, key)));
    }

    private void leaveWaiting() {
        waiting.forEach(
                (key, map) -> new KernelPins(pins).pin(map, fs.pin("tenant-draining/" + key + "-" + map.id()), pins));
    }
}
