/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.types.PointerTypes.Sockets;
import dev.nestmap.tests.types.PointerTypes.Started;
import java.util.Objects;

/** Java and C read the same address. */
@KernelTest
class KernelPointerTypesTest {
    private static final long REQUEST = 0xffff888100001000L;
    private static final Started STARTED = new Started(REQUEST, 0x7f0000003000L, 5, REQUEST);
    private static final Sockets SOCKET = new Sockets(7, 0xffff888100002000L);

    @InstalledClang.Each
    void bothSidesReadTheAddress(InstalledClang clang) {
        try (PointerTypesBpf bpf = PointerTypesBpf.load(BpfObjects.of("pointer_types", clang))) {
            bpf.disk().create(1);
            assertThat(run(bpf, "find")).isZero();

            assertThat(run(bpf, "store")).isZero();
            assertThat(bpf.disk().get(1, REQUEST)).isEqualTo(STARTED);
            assertThat(bpf.sockets().get(7)).isEqualTo(SOCKET);

            Objects.requireNonNull(bpf.disk().rotate(1)).acknowledge();
            bpf.sockets().remove(7);
            bpf.disk().getOrCreate(1).put(STARTED);
            bpf.sockets().put(SOCKET);
            assertThat(run(bpf, "find")).isOne();
        }
    }

    private static int run(PointerTypesBpf bpf, String program) {
        return bpf.program(program).testRun(new byte[64]).returnValue();
    }
}
