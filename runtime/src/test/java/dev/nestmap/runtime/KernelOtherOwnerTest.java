/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.PinAttributes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two processes drain no map twice: a process that does not own the slots, or can't know their owner, displaces a map only with a word.
 */
@KernelTest
class KernelOtherOwnerTest extends PinnedTest {
    private static final int NOBODY = 65534;

    private TenantMap.Owned owner;

    @BeforeEach
    void own() {
        owner = TenantMap.newMap(fs.path("tenant"), pins);
        for (long key = 1; key <= 2; key++) {
            owner.create(key).put(new Flow(HTTPS, key));
        }
        Objects.requireNonNull(owner.rotate(2L)).acknowledge();
    }

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void noOperationDisplacesAMapWithoutTheOwnership() throws IOException {
        List<String> before = fs.content();
        try (TenantMap.Owned other = TenantMap.openPinned(fs.path("tenant"), MapAccess.READ_WRITE)) {
            for (Callable<?> displacing : List.<Callable<?>>of(
                    () -> other.rotate(1L),
                    () -> other.take(1L),
                    () -> other.rotate(1L, fresh -> {}),
                    () -> other.replace(1L, fresh -> {}),
                    () -> other.expert().unchecked().rotateAll(List.of(1L)),
                    () -> other.drain(1L, displaced -> {}),
                    () -> other.drainWaiting(displaced -> {}))) {
                assertBpfException(displacing::call, "owns the pin ");
            }
        }
        assertThat(fs.content()).isEqualTo(before);
        assertThat(owner.get(1, HTTPS)).isEqualTo(new Flow(HTTPS, 1));
    }

    /** Root made the directory of the lock, so this process can't know whether another one changes the slots. */
    @Test
    void aProcessThatMayNotLockChangesNoSlots() throws IOException {
        giveAllTo(NOBODY);
        Files.setAttribute(fs.path("owner"), "unix:uid", 0);

        assertThat(nobody("create")).contains("EACCES", "can't detect another instance");
        assertThat(owner.get(4L)).isNull();
    }

    private void giveAllTo(int user) throws IOException {
        try (Stream<Path> files = Files.walk(fs.path(""))) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private String nobody(String change) throws IOException {
        return new ChildVm().asNobody("+bpf").run(Changer.class, fs.path("tenant"), change);
    }

    /** Root was killed after it had pinned a new map for a slot, and before it gave the pin to the user of the service. */
    @Test
    void finishesAChangeWhosePinItMayNotOpen() throws IOException {
        owner.close();
        giveAllTo(NOBODY);
        Path next = fs.path("tenant-inner/1-next");
        try (RawMap map = new KernelMapFactory().create(new MapShape("flow_map", MapKind.HASH, 4, 8, 64, 0), null)) {
            new KernelPins(new PinAttributes(pins, new PinAttributes.Owner(NOBODY, 0))).pin(map, next, pins);
        }
        Files.setAttribute(next, "unix:uid", 0);

        assertThat(nobody("drain")).contains("drained [" + new Flow(HTTPS, 1) + "]");
        assertThat(fs.content()).contains("tenant-inner/1").noneMatch(pin -> pin.endsWith("-next"));
    }

    /** Creates an inner map, or drains a key. */
    static final class Changer {
        private Changer() {}

        public static void main(String[] arguments) {
            try (TenantMap.Owned tenants = TenantMap.openPinned(Path.of(arguments[0]), MapAccess.READ_WRITE)) {
                if (arguments[1].equals("create")) {
                    tenants.create(4L);
                } else {
                    tenants.drain(1L, displaced -> System.out.println("drained " + drained(displaced)));
                }
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** Other software has moved it, and this handle closes it when it leaves the slot where it is now. */
    @Test
    void aMapThatOtherSoftwareHasMovedIsInOneSlot() {
        try (TenantMap.Owned other = TenantMap.openById(owner.id())) {
            FlowMap found = Objects.requireNonNull(other.get(1L));
            RawSlots.put(owner.id(), RawSlots.slot(11).bytes(), found.id());
            RawSlots.remove(owner.id(), RawSlots.slot(1).bytes());
            assertThat(other.get(11L)).isSameAs(found);

            other.discard(11L);

            assertThatThrownBy(() -> found.get(HTTPS)).hasMessageContaining("its entry was discarded");
        }
    }

    @Test
    void aMapThatWasOpenedByItsIdIsRotatedOnlyUnchecked() {
        try (TenantMap.Owned other = TenantMap.openById(owner.id())) {
            assertBpfException(() -> other.rotate(1L), "was opened by its id", "unchecked()");
            assertThatThrownBy(() -> other.drainAll(displaced -> {})).hasMessageContaining("was opened by its id");

            discardDisplaced(other.expert().unchecked().rotateAll(List.of(1L)));
        }
    }
}
