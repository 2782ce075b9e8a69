/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTestOnOneJdk;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.tests.toolchain.InstalledClang;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Loads the BTF of random schemas into the kernel: it rejects exactly what {@link dev.nestmap.lint.LoadCheck} finds. {@code bin/dev/fuzz btf
 * --minutes N} runs it for longer.
 */
@KernelTestOnOneJdk
@Tag("long")
class KernelBtfFuzzTest {
    private static final long SEED = Long.getLong("nestmap.seed", 20261123L);

    /** The seed of a schema that the kernel rejects: a bit-field of an enum has more than 32 bits. */
    private static final long REJECTED = 20265308L;

    private static final long MINUTES = Long.getLong("nestmap.fuzz.minutes", 0);
    private static final int SCHEMAS = Integer.getInteger("nestmap.fuzz.schemas", 1_000);
    private static final int PER_UNIT = 500;

    private final BtfLoad kernel = new BtfLoad();
    private int refused;

    @TempDir
    Path directory;

    @Test
    void theKernelRejectsExactlyWhatTheCheckFinds() throws IOException {
        String target = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "bpfel" : "bpfeb";
        List<InstalledClang> clangs = InstalledClang.all().toList();
        long end = System.nanoTime() + MINUTES * 60_000_000_000L;
        long done = 0;
        check(new LayoutCheck(clangs.get(0), target, directory), List.of(RandomTypes.schema(REJECTED)));
        assertThat(refused).as("schemas that the kernel rejects").isEqualTo(1);
        while (MINUTES > 0 ? System.nanoTime() < end : done < SCHEMAS) {
            List<Schema> unit = LayoutCheck.schemas(SEED + done, PER_UNIT);
            InstalledClang clang = clangs.get((int) (done / PER_UNIT % clangs.size()));
            check(new LayoutCheck(clang, target, directory), unit);
            done += PER_UNIT;
        }
        System.out.println("KernelBtfFuzzTest: " + done + " schemas, " + refused + " refused, -Dnestmap.seed=" + SEED);
    }

    /** One type makes the kernel reject all of them, so these are checked in smaller groups. */
    private void check(LayoutCheck compiler, List<Schema> schemas) throws IOException {
        Path object = compiled(compiler, schemas);
        Optional<String> contradiction = kernel.contradiction(object);
        boolean isRejected = !BtfLoad.rejections(object).isEmpty();
        if (schemas.size() > 1 && (isRejected || contradiction.isPresent())) {
            check(compiler, schemas.subList(0, schemas.size() / 2));
            check(compiler, schemas.subList(schemas.size() / 2, schemas.size()));
        } else if (contradiction.isPresent()) {
            throw new AssertionError(contradiction.get() + " (" + compiler + ")\n" + SchemaText.print(schemas.get(0)));
        } else if (isRejected) {
            refused++;
        }
    }

    private Path compiled(LayoutCheck compiler, List<Schema> schemas) {
        Path object = directory.resolve("fuzz.bpf.o");
        assertThat(compiler.compile(schemas, object)).isEmpty();
        return object;
    }
}
