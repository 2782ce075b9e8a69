/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapKind;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command shows the full name of a map only if it is certain. The kernel keeps 15 characters, and the BTF of the programs has two maps
 * that begin with these.
 */
@KernelTest
class KernelSharedNamesTest {
    private static final String BY_ADDRESS = "flows_of_tenant_by_addr";
    private static final String BY_PORT = "flows_of_tenant_by_port";

    @TempDir
    private Path directory;

    private LoadedObject object;
    private int byAddress;
    private int byPort;
    private int inner;

    @BeforeEach
    void load() throws IOException {
        Path file = Files.write(directory.resolve("names.bpf.o"), TestPrograms.object("names.bpf.c"));
        object = Nestmap.open(file).load();
        byAddress = UntypedMap.of(object, BY_ADDRESS).id();
        byPort = UntypedMap.of(object, BY_PORT).id();
        KernelMapFactory maps = new KernelMapFactory();
        OffHeapBlock key = OffHeapBlock.allocate(Integer.BYTES);
        OffHeapBlock entry = OffHeapBlock.allocate(2 * Long.BYTES);
        entry.bytes().putInt(0, 1).putLong(8, 7);
        key.bytes().putShort(0, (short) 443).putShort(2, (short) 2);
        try (RawMap outer = Objects.requireNonNull(maps.open(byPort));
                RawMap created = maps.create(new MapShape("inner", MapKind.HASH, 4, 8, 8, 0), null)) {
            assertThat(created.update(entry, 0, 8, 0)).isZero();
            assertThat(outer.update(key, 0, created, 0)).isZero();
            inner = created.id();
        }
    }

    /** Waits until the kernel has freed the maps, after the programs: without programs, nothing rules out a longer name. */
    @AfterEach
    void close() throws InterruptedException {
        object.close();
        for (int map : List.of(byAddress, byPort)) {
            for (int i = 0; i < 1000 && UntypedMap.ids().contains(map); i++) {
                Thread.sleep(10);
            }
        }
        assertThat(UntypedMap.ids()).doesNotContain(byAddress, byPort);
    }

    @Test
    void showsTheKernelsNameAndBytesIfTheNameDoesNotDecide() {
        assertThat(CommandRun.of("tree", BY_PORT).out(ExitCode.OK)).isEqualTo("""
                        flows_of_tenant  HASH_OF_MAPS id %d, 0 of 8

                        flows_of_tenant  HASH_OF_MAPS id %d, 1 of 8
                        └─ bb010200 (131515)  HASH inner id %d, 1 of 8
                           └─ 01000000 (1) → 0700000000000000 (7)
                        """.formatted(byAddress, byPort, inner));
    }

    @Test
    void theNameOfThePinDecides() throws IOException {
        try (BpfFs fs = BpfFs.mount()) {
            Path pin = fs.path(BY_PORT);
            try (RawMap map = Objects.requireNonNull(new KernelMapFactory().open(byPort))) {
                new KernelPins().pin(map, pin, PinOptions.defaults());
            }

            assertThat(CommandRun.of("tree", pin).out()).isEqualTo("""
                            flows_of_tenant_by_port  HASH_OF_MAPS id %d, 1 of 8
                            └─ port=443 zone=2  HASH inner id %d, 1 of 8
                               └─ 1 → packets=7
                            """.formatted(byPort, inner));
            assertThat(CommandRun.of("import", "--pin", pin, "--package", "x").out())
                    .contains("record ByPort(@U16 int port, @U16 int zone) {}")
                    .doesNotContain("ByAddr");
        }
    }

    @Test
    void aNameThatNoProgramDeclaresIsAnError() {
        CommandRun run = CommandRun.of("tree", "flows_of_tenant_by_nothing");

        assertThat(run.out(ExitCode.FAILED)).isEmpty();
        assertThat(run.err())
                .isEqualTo("nestmap: the running kernel has no map called flows_of_tenant_by_nothing (did you mean"
                        + " flows_of_tenant?); `nestmap tree` lists all nested maps, and a path such as"
                        + " ./flows_of_tenant_by_nothing names a pin\n");
    }
}
