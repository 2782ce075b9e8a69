/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that Nestmap's layout rule, the printed C and the schema read from BTF agree with every installed clang, in both byte
 * orders: for random types of objects and of records, nested in each other, without values and without a kernel. Each run has other seeds, and prints them.
 * {@code bin/dev/fuzz layout --minutes N} runs it for longer.
 */
@Tag("long")
class LayoutFuzzTest {
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());
    private static final long MINUTES = Long.getLong("nestmap.fuzz.minutes", 0);
    private static final int SCHEMAS = Integer.getInteger("nestmap.fuzz.schemas", 2_000);
    private static final int PER_UNIT = 500;

    @TempDir
    Path directory;

    @Test
    void javaCAndBtfAgree() throws IOException {
        List<InstalledClang> clangs = InstalledClang.all().toList();
        long end = System.nanoTime() + MINUTES * 60_000_000_000L;
        long done = 0;
        while (MINUTES > 0 ? System.nanoTime() < end : done < SCHEMAS) {
            String target = done / PER_UNIT % 2 == 0 ? "bpfel" : "bpfeb";
            List<Schema> unit = LayoutCheck.schemas(SEED + done, PER_UNIT);
            for (InstalledClang clang : clangs) {
                check(new LayoutCheck(clang, target, directory), unit, SEED + done);
            }
            done += PER_UNIT;
        }
        System.out.println("LayoutFuzzTest: " + done + " schemas, each with " + clangs + ", -Dnestmap.seed=" + SEED);
    }

    private static void check(LayoutCheck check, List<Schema> unit, long firstSeed) {
        if (check.problem(unit).isEmpty()) {
            return;
        }
        for (int i = 0; i < unit.size(); i++) {
            Schema schema = unit.get(i);
            Optional<String> problem = check.problem(List.of(schema));
            if (problem.isPresent()) {
                throw new AssertionError("seed " + (firstSeed + i) + ", " + check + ": " + problem.get() + "\n"
                        + SchemaText.print(schema));
            }
        }
        throw new AssertionError("seeds from " + firstSeed + " only together, " + check + ": " + check.problem(unit));
    }
}
