/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process without CAP_SYS_ADMIN that loads twice keeps the maps in the slots of a pinned outer map. */
@Tag("jdk-independent")
@KernelTest
class SlotPrivilegesTest extends PinningTest {
    @TempDir
    private Path forAll;

    @BeforeEach
    void prepare() throws IOException {
        Files.setAttribute(fs.path(""), "unix:mode", 01777);
        Files.setPosixFilePermissions(forAll, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private ChildVm asNobody(String capabilities) {
        return new ChildVm().asNobody(capabilities);
    }

    @Test
    void pinnedMapsAreKept() throws IOException {
        assertThat(run(LoadTimeSlotsLoader.class, "load_time_slots")).contains("gold has Flow[id=1, packets=1]");
        assertThat(run(LoadTimeSlotsLoader.class, "load_time_slots")).contains("gold has Flow[id=1, packets=2]");
    }

    @Test
    void unpinnedMapsStayInTheirSlots() throws IOException {
        assertThat(run(ObjectSlotsLoader.class, "object_slots")).contains("gold has Flow[id=1, packets=1]");
        assertThat(run(ObjectSlotsLoader.class, "object_slots"))
                .contains("load of object", "of map tenant", "EPERM", "requires CAP_SYS_ADMIN", "pin");
        String object = forAll.resolve("object_slots.bpf.o").toString();
        assertThat(asNobody("+bpf,+net_admin,+sys_admin")
                        .run(ObjectSlotsLoader.class, object, fs.path("").toString()))
                .contains("gold has Flow[id=1, packets=2]");
    }

    private String run(Class<?> main, String object) throws IOException {
        Path copy = forAll.resolve(object + ".bpf.o");
        if (!Files.exists(copy)) {
            Files.copy(BpfObjects.of(object), copy);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
        }
        return asNobody("+bpf,+net_admin")
                .run(main, copy.toString(), fs.path("").toString());
    }

    private static PinOptions options(String[] arguments) {
        return PinOptions.in(Path.of(arguments[1]));
    }

    /** Main class of a process that counts in pinned maps, which Nestmap put into the slots at load. */
    static final class LoadTimeSlotsLoader {
        private LoadTimeSlotsLoader() {}

        public static void main(String[] arguments) {
            try (LoadTimeSlotsBpf bpf = LoadTimeSlotsBpf.open(Path.of(arguments[0]))
                    .pins(options(arguments))
                    .load()) {
                bpf.program("count").testRun(new byte[64]);
                System.out.println("gold has " + bpf.gold().get(1));
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** Main class of a process that counts in unpinned maps, which libbpf put into the slots. */
    static final class ObjectSlotsLoader {
        private ObjectSlotsLoader() {}

        public static void main(String[] arguments) {
            try (ObjectSlotsBpf bpf = ObjectSlotsBpf.open(Path.of(arguments[0]))
                    .pins(options(arguments))
                    .load()) {
                bpf.program("count").testRun(new byte[64]);
                System.out.println("gold has " + bpf.gold().get(1));
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
