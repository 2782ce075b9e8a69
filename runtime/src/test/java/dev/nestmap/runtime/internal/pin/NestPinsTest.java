/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.type.Scalar;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An inner map is taken for pinned if the process has no free descriptor to find out. */
class NestPinsTest {
    private static final SlotKey SLOT = new SlotKey(42L, new byte[] {42, 0, 0, 0});

    /** A process without a free descriptor can't look. It asks because it wants to close inner maps, to get one. */
    @ParameterizedTest
    @CsvSource({"EMFILE, true, true", "EMFILE, false, false", "EACCES, true, false"})
    void anInnerMapIsTakenForPinnedIfTheProcessHasNoFreeDescriptor(Errno errno, boolean pinsInners, boolean hasPin) {
        Pins failing = (Pins) Proxy.newProxyInstance(
                Pins.class.getClassLoader(), new Class<?>[] {Pins.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("exists")) {
                        return false;
                    }
                    throw BpfException.of("opening of the pin")
                            .errno(errno.number())
                            .build();
                });
        PinPaths paths = new PinPaths(Path.of("/sys/fs/bpf/tenant"), PinOptions.defaults(), MapAccess.READ_WRITE);
        NestPins pins = new NestPins(new ClaimedPin(failing, paths), Scalar.U32, pinsInners);

        assertThat(pins.hasPin(SLOT, 17)).isEqualTo(hasPin);
    }
}
