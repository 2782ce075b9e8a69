/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.GarbageCollection;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.NoFdLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loaded object that becomes garbage without having been closed is closed and reported. */
@KernelTest
@Timeout(300) // of a busy machine
class KernelForgottenObjectTest extends PinnedTest {
    private static final Flow FLOW = new Flow(new FlowKey(443, 6), 1);

    @Test
    void isClosedAndReported() throws Exception {
        Path object = object();
        List<String> open = NoFdLeaks.open();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            Network.load(object).close();
            GarbageCollection.run();
            assertThat(log.list()).as("of an object that was closed").isEmpty();
            for (int i = 0; i < 10; i++) {
                forget(object);
            }
            GarbageCollection.until(
                    () -> NoFdLeaks.open().size() <= open.size() && !log.list().isEmpty());
            assertThat(log.messages())
                    .as("one line for all within a minute")
                    .singleElement(STRING)
                    .contains("object network was closed because it became garbage", "try-with-resources");
        }
    }

    @Test
    void givesUpTheSlotsOfItsPinnedOuterMap() throws Exception {
        Path object = object();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            forgetOwner(object);
            GarbageCollection.until(() -> !log.list().isEmpty());
        }
        try (Network network = Network.load(object, pins)) {
            assertThat(drained(network.tenant().rotate(42L)))
                    .as("nobody else owns the slots")
                    .containsExactly(FLOW);
        }
    }

    @Test
    void isKeptByEachOfItsHandles() throws Exception {
        Path object = object();
        List<String> open = NoFdLeaks.open();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            use(() -> Network.load(object).flow(), flow -> flow.put(FLOW));
            use(() -> Network.load(object).tenant(), tenant -> tenant.getOrCreate(42L));
            use(() -> Network.load(object).tenant().create(42L), inner -> inner.put(FLOW));
            use(() -> Network.load(object).program("count_packet"), program -> program.testRun(new byte[64]));
            GarbageCollection.until(
                    () -> NoFdLeaks.open().size() <= open.size() && !log.list().isEmpty());
        }
    }

    @Test
    void itsProgramsStayAttached() throws Exception {
        assertThat(new ChildVm().run(Attacher.class, object()))
                .contains("object network became garbage without having been closed")
                .contains("1 attachment of its programs stays until this process ends")
                .contains("prog/xdp")
                .containsPattern("(?m)^open: \\[anon_inode:bpf[-_]link [^,]*]$");
    }

    /** Gets a part of an object, and uses it after the object itself is forgotten. */
    private static <T> void use(Supplier<T> part, Consumer<T> use) throws InterruptedException {
        T kept = part.get();
        for (int i = 0; i < 5; i++) {
            GarbageCollection.run();
            use.accept(kept);
        }
    }

    private static void forget(Path object) {
        Network network = Network.load(object);
        network.tenant().create(42L).put(FLOW);
        network.shard().create(1L);
    }

    private void forgetOwner(Path object) {
        Network network = Network.load(object, pins);
        network.tenant().create(42L);
        Objects.requireNonNull(network.tenant().rotate(42L)).acknowledge();
        Objects.requireNonNull(network.tenant().get(42L)).put(FLOW);
    }

    /** Forgets an object whose program is attached, and prints what is left of it. */
    static final class Attacher {
        private Attacher() {}

        public static void main(String[] arguments) throws Throwable {
            NetworkNamespace.run(() -> {
                try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
                    attach(Path.of(arguments[0]));
                    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                    while (log.list().isEmpty() && System.nanoTime() < end) {
                        GarbageCollection.run();
                    }
                    log.messages().forEach(System.out::println);
                }
                System.out.println("open: " + NoFdLeaks.open());
                System.out.println(link());
            });
        }

        private static void attach(Path object) {
            UntypedProgram program = Network.load(object).program("count_packet");
            assertThat(program.attach(Xdp.on("lo"))).isNotNull();
        }

        private static String link() throws IOException {
            Process ip = new ProcessBuilder("ip", "link", "show", "lo").start();
            return new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void itsInnerMapsAreClosedAndItsLockIsGivenUp() throws InterruptedException {
        List<String> open = NoFdLeaks.open();
        Path pin = fs.path("tenant");
        forgetOuter(pin);

        GarbageCollection.until(() -> NoFdLeaks.open().size() <= open.size());
        try (TenantMap.Owned tenants = TenantMap.openPinned(pin, MapAccess.READ_WRITE)) {
            assertThat(drained(tenants.rotate(2L)))
                    .as("nobody else takes maps out")
                    .containsExactly(FLOW);
        }
    }

    @Test
    void aBorrowedHandleKeepsIt() throws InterruptedException {
        List<String> open = NoFdLeaks.open();
        useAfterOthersForgotIt();
        GarbageCollection.until(() -> NoFdLeaks.open().size() <= open.size());
    }

    private void forgetOuter(Path pin) {
        TenantMap.Owned tenants = TenantMap.newMap(pin, pins);
        tenants.createAll(List.of(1L, 2L, 3L), (id, flows) -> flows.put(FLOW));
        Objects.requireNonNull(tenants.rotate(1L)).acknowledge();
    }

    private static void useAfterOthersForgotIt() throws InterruptedException {
        FlowMap flows = borrow();
        for (int i = 0; i < 10; i++) {
            GarbageCollection.run();
            flows.put(FLOW);
            assertThat(flows).containsExactly(FLOW);
        }
    }

    private static FlowMap borrow() {
        return TenantMap.newMap().create(1L);
    }
}
