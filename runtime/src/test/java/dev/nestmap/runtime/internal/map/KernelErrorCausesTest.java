/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapKind;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What leads to the errors of a map, and the advice for each cause: one error number has several. */
@KernelTest
class KernelErrorCausesTest {
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int CLOSED = 9999;
    private static final int BPF_MAP_FREEZE = 22;

    /** Something that a test puts into a map by its file descriptor. */
    enum Thing {
        CLOSED_DESCRIPTOR(use -> use.applyAsInt(CLOSED)),
        FILE(use -> {
            try (Descriptor file = new Descriptor(SystemCallWrappers.open(Path.of("/proc/self/stat")))) {
                return use.applyAsInt(file.fd());
            }
        }),
        DIRECTORY(use -> {
            try (Descriptor file = new Descriptor(SystemCallWrappers.open(Path.of("/")))) {
                return use.applyAsInt(file.fd());
            }
        }),
        NEW_TCP(use -> ofSocket(LoopbackSocket.unbound(AF_INET, SOCK_STREAM), use)),
        NEW_UDP(use -> ofSocket(LoopbackSocket.unbound(AF_INET, SOCK_DGRAM), use)),
        NEW_UNIX(use -> ofSocket(LoopbackSocket.unbound(AF_UNIX, SOCK_STREAM), use)),
        XDP_SOCKET(use -> ofSocket(LoopbackSocket.xdp(), use)),
        LISTENING(use -> ofSocket(LoopbackSocket.listening(), use)),
        SHARING(use -> ofSocket(LoopbackSocket.sharing(0), use)),
        SHARING_IN_ANOTHER_ARRAY(use -> {
            try (LoopbackSocket socket = LoopbackSocket.sharing(0);
                    RawMap other = map(MapKind.REUSEPORT_SOCKARRAY)) {
                assertThat(put(other, 0, socket.descriptor())).isZero();
                return use.applyAsInt(socket.descriptor());
            }
        }),
        XDP_PROGRAM(use -> {
            KernelObject object = TestPrograms.load("network", TestPrograms.object("network.bpf.c"));
            try {
                int[] result = new int[1];
                LoadedProgram.of(object.programs().get(0)).withFd("test", fd -> result[0] = use.applyAsInt(fd));
                return result[0];
            } finally {
                object.close();
            }
        });

        @SuppressWarnings("ImmutableEnumChecker") // has no state
        private final ToIntFunction<IntUnaryOperator> use;

        Thing(ToIntFunction<IntUnaryOperator> use) {
            this.use = use;
        }

        private static int ofSocket(LoopbackSocket made, IntUnaryOperator use) {
            try (LoopbackSocket socket = made) {
                return use.applyAsInt(socket.descriptor());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        SOCKMAP             | CLOSED_DESCRIPTOR        | EBADF      | not open
        SOCKMAP             | FILE                     | ENOTSOCK   | is not a socket
        SOCKMAP             | NEW_TCP                  | EOPNOTSUPP | TCP socket must be connected or listen
        SOCKMAP             | NEW_UDP                  | EOPNOTSUPP | a UDP socket must be bound or connected
        SOCKMAP             | NEW_UNIX                 | EOPNOTSUPP | UNIX socket must be connected
        SOCKMAP             | XDP_SOCKET               | EOPNOTSUPP | or AF_XDP sockets
        SOCKHASH            | DIRECTORY                | ENOTSOCK   | is not a socket
        SOCKHASH            | NEW_TCP                  | EOPNOTSUPP | TCP socket must be connected or listen
        XSKMAP              | CLOSED_DESCRIPTOR        | EBADF      | not open
        XSKMAP              | FILE                     | ENOTSOCK   | is not a socket
        XSKMAP              | LISTENING                | EOPNOTSUPP | not an AF_XDP socket
        REUSEPORT_SOCKARRAY | FILE                     | ENOTSOCK   | is not a socket
        REUSEPORT_SOCKARRAY | NEW_UDP                  | EINVAL     | set SO_REUSEPORT, then bind it
        REUSEPORT_SOCKARRAY | LISTENING                | EINVAL     | set SO_REUSEPORT, then bind it
        REUSEPORT_SOCKARRAY | NEW_UNIX                 | ENOTSUPP   | neither a TCP nor a UDP socket
        REUSEPORT_SOCKARRAY | SHARING_IN_ANOTHER_ARRAY | EBUSY      | remove it from the other map first
        PERF_EVENT_ARRAY    | CLOSED_DESCRIPTOR        | EBADF      | not open, or is not of the kind
        PERF_EVENT_ARRAY    | FILE                     | EBADF      | not open, or is not of the kind
        CGROUP_ARRAY        | CLOSED_DESCRIPTOR        | EBADF      | not open, or is not of the kind
        CGROUP_ARRAY        | DIRECTORY                | EBADF      | not open, or is not of the kind
        PROG_ARRAY          | CLOSED_DESCRIPTOR        | EBADF      | not open
        PROG_ARRAY          | FILE                     | EINVAL     | the file descriptor is not a program
        DEVMAP              | CLOSED_DESCRIPTOR        | EINVAL     | the entry's program is not open
        DEVMAP              | XDP_PROGRAM              | EINVAL     | not open or not of SEC("xdp/devmap")
        DEVMAP_HASH         | XDP_PROGRAM              | EINVAL     | not open or not of SEC("xdp/devmap")
        CPUMAP              | CLOSED_DESCRIPTOR        | ENOMEM EBADF | the entry's program is not open
        CPUMAP              | XDP_PROGRAM              | ENOMEM EINVAL | is not of SEC("xdp/cpumap")
        """)
    void theAdviceIsForTheCause(MapKind kind, Thing thing, String errnos, String advice) {
        try (RawMap map = map(kind)) {
            int result = thing.use.applyAsInt(fd -> put(map, 1, fd));

            assertThat(MapOperation.UPDATE.failed(map.shape(), 0, result))
                    .isInstanceOfSatisfying(
                            BpfException.class,
                            refused -> assertThat(errnos.split(" "))
                                    .as("of older and newer kernels")
                                    .contains(String.valueOf(refused.errno())))
                    .hasMessageContaining(advice);
        }
    }

    /** These are right, and show that the rows above fail for their causes. */
    @ParameterizedTest
    @CsvSource({"SOCKMAP, LISTENING", "SOCKHASH, SHARING", "XSKMAP, XDP_SOCKET", "REUSEPORT_SOCKARRAY, SHARING"})
    void theKernelTakesWhatTheAdviceAsksFor(MapKind kind, Thing thing) {
        try (RawMap map = map(kind)) {
            assertThat(thing.use.applyAsInt(fd -> put(map, 1, fd))).isZero();
        }
    }

    /** No handle can write to a frozen map, so the advice names both causes. */
    @Test
    void aFrozenMapNeedsNoOtherHandle() {
        try (RawMap map = new KernelMapFactory().create(new MapShape("map", MapKind.HASH, 4, 8, 4, 0), null)) {
            OffHeapBlock attributes = OffHeapBlock.allocate(Integer.BYTES);
            attributes.bytes().putInt(0, KernelMap.of(map).fd());
            assertThat(attributes.call(address -> SystemCallWrappers.bpf(BPF_MAP_FREEZE, address, Integer.BYTES)))
                    .isZero();

            assertThat(MapOperation.UPDATE.failed(map.shape(), 0, put(map, 1, 0)))
                    .asInstanceOf(BPF_EXCEPTION)
                    .hasErrno(Errno.EPERM)
                    .hasMessageContaining("through a handle that was opened for writing")
                    .hasMessageContaining("frozen, and only programs can change it");
        }
    }

    private static RawMap map(MapKind kind) {
        boolean isWide = kind == MapKind.REUSEPORT_SOCKARRAY || hasPrograms(kind);
        return new KernelMapFactory()
                .create(new MapShape("map", kind, 4, isWide ? Long.BYTES : Integer.BYTES, 4, 0), null);
    }

    /** The entries of these begin with a number, and a program follows. */
    private static boolean hasPrograms(MapKind kind) {
        return kind == MapKind.DEVMAP || kind == MapKind.DEVMAP_HASH || kind == MapKind.CPUMAP;
    }

    /** Puts a descriptor at the first key. Returns the result of the kernel. */
    private static int put(RawMap map, int number, int descriptor) {
        OffHeapBlock block = OffHeapBlock.allocate(2 * Long.BYTES);
        if (hasPrograms(map.shape().kind())) {
            block.bytes().putInt(Long.BYTES, number).putInt(Long.BYTES + Integer.BYTES, descriptor);
        } else if (map.shape().valueSize() == Long.BYTES) {
            block.bytes().putLong(Long.BYTES, descriptor);
        } else {
            block.bytes().putInt(Long.BYTES, descriptor);
        }
        return map.update(block, 0, Long.BYTES, RawMap.ANY);
    }
}
