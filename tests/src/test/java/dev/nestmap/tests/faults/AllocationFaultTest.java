/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/**
 * Some allocations of memory in the kernel fail: one of 60, or of another number with {@code -Dnestmap.allocations=N}. Debian's kernels
 * can't do this; {@code bin/dev/fault-kernel} builds one.
 */
@KernelTest
@Timeout(36000)
class AllocationFaultTest extends FaultContract {
    private static final int INTERVAL = FaultCheck.number("nestmap.allocations", "60");
    private static final Path DEBUGFS = Path.of("/sys/kernel/debug");

    /** By default, only larger blocks of pages fail, and only allocations that must not wait. */
    private static final Map<String, String> SETTINGS = Map.of(
            "failslab/ignore-gfp-wait", "N",
            "fail_page_alloc/ignore-gfp-wait", "N",
            "fail_page_alloc/ignore-gfp-highmem", "N",
            "fail_page_alloc/min-order", "0");

    private static final Map<Path, String> PREVIOUS = new LinkedHashMap<>();

    @BeforeAll
    static void letAllocationsFail() throws IOException {
        Assumptions.assumeTrue(
                Files.exists(AllocationFault.FAIL_NTH)
                        && SETTINGS.keySet().stream().map(DEBUGFS::resolve).allMatch(Files::exists),
                "this kernel can't make allocations fail, or debugfs is not mounted; bin/dev/fault-kernel builds one that can");
        for (Map.Entry<String, String> setting : SETTINGS.entrySet()) {
            Path file = DEBUGFS.resolve(setting.getKey());
            PREVIOUS.put(file, Files.readString(file));
            Files.writeString(file, setting.getValue());
        }
    }

    @AfterAll
    static void restoreSettings() throws IOException {
        for (Map.Entry<Path, String> setting : PREVIOUS.entrySet()) {
            Files.writeString(setting.getKey(), setting.getValue());
        }
    }

    @Override
    <S extends FaultScene> void inject(FaultCheck<S> check, FaultyOperation<S> operation) {
        check.allocationsMayFail(operation, INTERVAL);
    }
}
