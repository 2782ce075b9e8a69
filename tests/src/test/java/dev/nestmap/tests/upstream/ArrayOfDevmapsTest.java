/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.upstream.ArrayOfDevmaps.Device;
import dev.nestmap.tests.upstream.ArrayOfDevmapsBpf.DevicesMap;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel's documentation makes an array of device maps ({@code create_outer_array}) and adds one ({@code add_devmap}). */
@KernelTest
class ArrayOfDevmapsTest {
    private static final long LOOPBACK = 1;
    private static final int XDP_PASS = 2;
    private static final int XDP_REDIRECT = 4;

    @Test
    void createOuterArrayAndAddDevmap() {
        try (DevicesMap.Owned devices = ArrayOfDevmapsBpf.DEVICES_MAP.create()) {
            assertThat(devices.get(7)).isNull();

            devices.create(7);

            Objects.requireNonNull(devices.get(7)).put(new Device(2, LOOPBACK));
            assertThat(devices.get(7, 2)).isEqualTo(new Device(2, LOOPBACK));
            assertThat(devices.keys()).containsExactly(7L);
            assertThatThrownBy(() -> devices.create(256))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("the indices 0 to 255");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void aProgramRedirectsThroughAnAddedDevmap(InstalledClang clang) {
        try (ArrayOfDevmapsBpf bpf = ArrayOfDevmapsBpf.load(BpfObjects.of("array_of_devmaps", clang))) {
            assertThat(bpf.program("redirect").testRun(new byte[64]).returnValue())
                    .as("without an inner map")
                    .isEqualTo(XDP_PASS);
            bpf.devices().create(7);
            assertThat(bpf.program("redirect").testRun(new byte[64]).returnValue())
                    .as("without a device in the inner map")
                    .isEqualTo(XDP_PASS);

            Objects.requireNonNull(bpf.devices().get(7)).put(new Device(2, LOOPBACK));

            assertThat(bpf.program("redirect").testRun(new byte[64]).returnValue())
                    .isEqualTo(XDP_REDIRECT);
        }
    }
}
