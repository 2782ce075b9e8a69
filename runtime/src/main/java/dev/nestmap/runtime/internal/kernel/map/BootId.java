/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The random id that the kernel draws each time it starts ({@code drivers/char/random.c}). */
final class BootId {
    private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

    private static volatile @Nullable UUID known;

    private BootId() {}

    static UUID get() {
        UUID id = known;
        if (id == null) {
            try {
                id = UUID.fromString(Files.readString(FILE).strip());
            } catch (IOException | IllegalArgumentException e) {
                throw BpfException.of("reading of " + FILE)
                        .because("the kernel's boot id can't be read (" + e + "): "
                                + (e instanceof NoSuchFileException ? "mount /proc" : "try again"))
                        .cause(e)
                        .build();
            }
            known = id;
        }
        return id;
    }
}
