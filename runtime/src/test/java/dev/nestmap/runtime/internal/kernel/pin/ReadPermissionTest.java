/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a user can do who may read a pin. */
@KernelTest
class ReadPermissionTest extends PinningTest {
    private static final int ATTR_SIZE = 128;
    private static final int BPF_MAP_UPDATE_ELEM = 2;
    private static final int BPF_OBJ_PIN = 6;
    private static final int BPF_OBJ_GET = 7;
    private static final int BPF_MAP_FREEZE = 22;
    private static final int BPF_F_RDONLY = 8;

    /** The kernel protects only frozen maps from users who may read a pin. The documents say so. */
    @Test
    void readPermissionForAPlainMapIsWritePermissionUnlessTheMapIsFrozen() throws IOException {
        MapShape counts = new MapShape("counts", MapKind.ARRAY, 4, 8, 1, 0);
        List<RawMap> maps = List.of(
                new KernelMapFactory().create(counts, null),
                new KernelMapFactory().create(counts.withFlags(MapFlags.RDONLY), null),
                new KernelMapFactory().create(counts, null));
        try {
            for (int i = 0; i < maps.size(); i++) {
                new KernelPins().pin(maps.get(i), fs.path("map" + i), pins.withPermissions("rw-r--r--"));
            }
            assertThat(bpf(BPF_MAP_FREEZE, descriptor(KernelMap.of(maps.get(2)).fd())))
                    .isZero();
            Files.setPosixFilePermissions(fs.path(""), PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setAttribute(Files.createDirectory(fs.path("sticky")), "unix:mode", 01777);

            new ChildVm().asNobody("").run(PinsAgain.class, fs.path(""));

            assertThat(maps).extracting(ReadPermissionTest::isWritten).containsExactly(true, true, false);
        } finally {
            maps.forEach(RawMap::close);
        }
    }

    private static boolean isWritten(RawMap map) {
        OffHeapBlock entry = OffHeapBlock.allocate(16);
        assertThat(map.lookup(entry, 0, 8)).isZero();
        return entry.bytes().getLong(8) != 0;
    }

    /** Main class of a process that may only read maps. It pins them again, and opens its own pins for writing. */
    static final class PinsAgain {
        private PinsAgain() {}

        public static void main(String[] arguments) {
            Path root = Path.of(arguments[0]);
            for (int i = 0; i < 3; i++) {
                Path own = root.resolve("sticky").resolve("own" + i);
                OffHeapBlock name = text(own);
                OffHeapBlock pin = OffHeapBlock.allocate(ATTR_SIZE);
                pin.bytes().putLong(0, name.address()).putInt(8, open(root.resolve("map" + i), BPF_F_RDONLY));
                assertThat(bpf(BPF_OBJ_PIN, pin, name)).isZero();
                OffHeapBlock entry = OffHeapBlock.allocate(16);
                entry.bytes().putLong(8, 1);
                OffHeapBlock update = descriptor(open(own, 0));
                update.bytes().putLong(8, entry.address()).putLong(16, entry.address() + 8);
                bpf(BPF_MAP_UPDATE_ELEM, update, entry);
            }
        }
    }

    private static int open(Path pin, int flags) {
        OffHeapBlock name = text(pin);
        OffHeapBlock attr = OffHeapBlock.allocate(ATTR_SIZE);
        attr.bytes().putLong(0, name.address()).putInt(12, flags);
        return bpf(BPF_OBJ_GET, attr, name);
    }

    /** The attribute of a command, which begins with a descriptor. */
    private static OffHeapBlock descriptor(int fd) {
        OffHeapBlock attr = OffHeapBlock.allocate(ATTR_SIZE);
        attr.bytes().putInt(0, fd);
        return attr;
    }

    private static OffHeapBlock text(Path path) {
        byte[] bytes = (path + "\0").getBytes(StandardCharsets.UTF_8);
        OffHeapBlock block = OffHeapBlock.allocate(bytes.length);
        block.bytes().put(0, bytes);
        return block;
    }

    private static int bpf(int command, OffHeapBlock attr, OffHeapBlock... used) {
        try {
            return SystemCallWrappers.bpf(command, attr.address(), attr.size());
        } finally {
            Reference.reachabilityFence(used);
        }
    }
}
