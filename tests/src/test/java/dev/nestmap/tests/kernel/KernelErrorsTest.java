/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.kernel.NestedMaps.Hashed;
import dev.nestmap.tests.kernel.NestedMaps.Place;
import dev.nestmap.tests.kernel.NestedMaps.Recent;
import dev.nestmap.tests.kernel.NestedMaps.Slot;
import dev.nestmap.tests.kernel.NestedMapsBpf.HashedMap;
import dev.nestmap.tests.kernel.NestedMapsBpf.SlotMap;
import dev.nestmap.tests.managed.ManagedBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Errors that the kernel reports to generated accessors, errno by errno, and outcomes that are return values instead. */
@KernelTest
@Tag("jdk-independent")
class KernelErrorsTest {
    private NestedMapsBpf bpf;

    @BeforeEach
    void load() {
        bpf = NestedMapsBpf.load(BpfObjects.of("nested_maps"));
    }

    @AfterEach
    void close() {
        bpf.close();
    }

    @Test
    void aFullHashThrowsE2big() {
        HashedMap hasheds = bpf.hashOfHashes().create(1);
        for (int i = 0; i < NestedMaps.INNERS; i++) {
            hasheds.put(new Hashed(new Place(i, 0), i));
        }

        BpfException full =
                catchThrowableOfType(BpfException.class, () -> hasheds.put(new Hashed(new Place(99, 0), 1)));

        assertThat(full.errno()).isEqualTo(Errno.E2BIG);
        assertThat(full.map()).isEqualTo("hashed_map");
        assertThat(full.key()).isEqualTo(new Place(99, 0));
        assertThat(full).hasMessageContaining("max_entries is 4");
        assertThat(hasheds.count()).isEqualTo(NestedMaps.INNERS);
    }

    @Test
    void aFullLruHashEvictsEntries() {
        NestedMapsBpf.RecentMap recents = bpf.hashOfRecents().create(1);
        for (int i = 0; i < 1000; i++) {
            recents.put(new Recent(new Place(i, 0), i, 0));
        }

        assertThat(recents.count()).isBetween(1L, recents.maxEntries());
    }

    @Test
    void aFullOuterHashThrowsE2big() {
        for (int i = 0; i < NestedMaps.OUTERS; i++) {
            bpf.hashOfHashes().create(i);
        }

        BpfException full = catchThrowableOfType(
                BpfException.class, () -> bpf.hashOfHashes().create(99));

        assertThat(full.errno()).isEqualTo(Errno.E2BIG);
        assertThat(full.map()).isEqualTo("hash_of_hashes");
        assertThat(full.key()).isEqualTo(99L);
    }

    @Test
    void anIndexOutOfRangeThrows() {
        SlotMap slots = bpf.arrayOfSlots().create(0);

        assertThat(slots.get(NestedMaps.INNERS)).isNull();
        assertThat(slots.contains(NestedMaps.INNERS)).isFalse();
        assertThatThrownBy(() -> slots.put(new Slot(NestedMaps.INNERS, 1)))
                .asInstanceOf(BPF_EXCEPTION)
                .hasErrno(Errno.E2BIG)
                .hasMessageContaining("indices 0 to 3");
        assertThat(bpf.arrayOfSlots().get(NestedMaps.OUTERS)).isNull();
        assertThat(bpf.arrayOfSlots().rotate(NestedMaps.OUTERS)).isNull();
        assertThatThrownBy(() -> bpf.arrayOfSlots().create(NestedMaps.OUTERS))
                .asInstanceOf(BPF_EXCEPTION)
                .hasErrno(Errno.E2BIG)
                .hasMessageContaining("indices 0 to 7");
        assertThatThrownBy(() -> bpf.arrayOfSlots().discard(NestedMaps.OUTERS))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("indices 0 to 7");
    }

    @Test
    void creatingASecondInnerMapAtAKeyThrowsEexist() {
        for (long id = 1; id <= 2; id++) {
            long at = id;
            bpf.hashOfHashes().create(at);
            bpf.arrayOfHashes().create(at);

            assertThatThrownBy(() -> bpf.hashOfHashes().create(at))
                    .asInstanceOf(BPF_EXCEPTION)
                    .hasErrno(Errno.EEXIST);
            assertThatThrownBy(() -> bpf.arrayOfHashes().create(at))
                    .asInstanceOf(BPF_EXCEPTION)
                    .hasErrno(Errno.EEXIST);
        }
    }

    @Test
    void anEntryIsAddedOrReplaced() {
        HashedMap hasheds = bpf.hashOfHashes().create(1);
        Hashed entry = new Hashed(new Place(1, 2), 3);

        assertThat(hasheds.replace(entry)).isFalse();
        assertThat(hasheds.putIfAbsent(entry)).isTrue();
        assertThat(hasheds.putIfAbsent(entry)).isFalse();
        assertThat(hasheds.replace(entry)).isTrue();
        assertThat(bpf.arrayOfSlots().create(1).putIfAbsent(new Slot(1, 1))).isFalse();
    }

    @Test
    void missingEntriesAreReturnValues() {
        HashedMap hasheds = bpf.hashOfHashes().create(1);

        assertThat(hasheds.get(new Place(1, 2))).isNull();
        assertThat(hasheds.remove(new Place(1, 2))).isFalse();
        assertThat(bpf.hashOfHashes().get(2)).isNull();
        assertThat(bpf.hashOfHashes().get(2, new Place(1, 2))).isNull();
        assertThat(bpf.hashOfHashes().discard(2)).isFalse();
        assertThat(bpf.arrayOfHashes().discard(2)).isFalse();
        assertThat(bpf.hashOfHashes().rotate(2)).isNull();
    }

    @Test
    void aValueThatDoesNotFitItsCTypeThrows() {
        HashedMap hasheds = bpf.hashOfHashes().create(1);

        assertThatThrownBy(() -> hasheds.put(new Hashed(new Place(1L << 32, 0), 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Place.number")
                .hasMessageContaining("4294967296");
        assertThatThrownBy(() -> hasheds.get(new Place(0, 256)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Place.letter");
        assertThatThrownBy(() -> bpf.hashOfHashes().get(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(hasheds.count()).isZero();
    }

    @Test
    void invalidHandlesThrow() {
        HashedMap removed = bpf.hashOfHashes().create(1);
        HashedMap rotated = bpf.hashOfHashes().create(2);
        HashedMap.Owned published = bpf.hashOfHashes().detached();
        HashedMap.Owned closed = bpf.hashOfHashes().detached();
        HashedMap remaining = bpf.hashOfHashes().create(4);

        bpf.hashOfHashes().discard(1);
        discardDisplaced(bpf.hashOfHashes().rotate(2));
        discardDisplaced(bpf.hashOfHashes().swap(3, published));
        closed.close();
        bpf.close();

        for (HashedMap each : new HashedMap[] {removed, rotated, published, closed, remaining}) {
            assertThatThrownBy(each::count).isInstanceOf(InvalidHandleException.class);
        }
        assertThatThrownBy(() -> bpf.hashOfHashes().get(1)).isInstanceOf(InvalidHandleException.class);
        assertThatThrownBy(() -> bpf.program("count").testRun(Packets.request(1, 1)))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aProcessWithoutThePrivilegeGetsEperm() {
        InstalledCommand.needInstalled("setpriv");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");

        InstalledCommand.Result result = InstalledCommand.run(
                "setpriv",
                "--bounding-set=-all",
                "--inh-caps=-all",
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Loading.class.getName(),
                BpfObjects.of("nested_maps").toAbsolutePath());

        assertThat(result.output()).contains("load of object", "EPERM", "CAP_BPF");
        assertThat(result.status()).isEqualTo(Loading.REFUSED);
    }

    /** Main class of a process that loads an object. */
    static final class Loading {
        static final int REFUSED = 3;

        private Loading() {}

        public static void main(String[] args) {
            try (NestedMapsBpf loaded = NestedMapsBpf.load(Path.of(args[0]))) {
                System.out.println("loaded " + loaded.programs());
            } catch (BpfException e) {
                System.out.println(e.getMessage());
                System.exit(REFUSED);
            }
        }
    }

    @Test
    void aKernelWithoutLocksInInnerMapsIsNamed() {
        assumeThat(KernelFeature.LOCKS_IN_INNER_MAPS.isPresent())
                .as("the kernel has locks in inner maps")
                .isFalse();

        assertThatThrownBy(() -> ManagedBpf.load(BpfObjects.of("managed")))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("if inner maps of map locked_by have a bpf_spin_lock: this kernel has no"
                        + " LOCKS_IN_INNER_MAPS: it came with Linux 6.2");
    }
}
