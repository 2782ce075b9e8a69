/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nestmap import} writes records of an object or of maps in the kernel. The module tests compiles what it writes. */
@KernelTest
class KernelImportCommandTest {
    private static NestFixture fixture;

    @TempDir
    private Path directory;

    @BeforeAll
    static void load() throws IOException {
        fixture = NestFixture.load();
    }

    @AfterAll
    static void close() throws IOException {
        fixture.close();
    }

    @Test
    void writesRecordsOfAnObject() {
        CommandRun run = CommandRun.of("import", object(), "--package", "com.acme", "--name", "nest");

        assertThat(run.out())
                .startsWith("package com.acme;\n")
                .contains(
                        "@BpfObject(value = \"nest\", existing = true)\npublic interface Nest {\n",
                        "    @OuterMap(inner = ");
        assertThat(run.err().lines()).allMatch(line -> line.startsWith("nestmap: left out: map "));
        assertThat(run.exitCode()).isEqualTo(run.err().isEmpty() ? ExitCode.OK : ExitCode.FOUND);

        assertThat(CommandRun.of("import", object(), "--package", "com.acme", "--header")
                        .out())
                .contains("maxEntries = ")
                .doesNotContain("existing = true");
    }

    @Test
    void writesRecordsOfMapsInTheKernel() throws IOException {
        fixture.addTenants(1, 1, 0);

        CommandRun plain = CommandRun.of("import", "--id", fixture.id("hosts"), "--package", "com.acme");
        CommandRun outer = CommandRun.of("import", "--id", fixture.id("flows_of_each_tenant"), "--package", "com.acme");

        assertThat(plain.out()).contains("@BpfMap").contains("record Hosts(@Key");
        assertThat(outer.out()).contains("@InnerMap", "@OuterMap(", "record FlowsOfEachTenant(@U32 long key) {}");

        try (BpfFs fs = BpfFs.mount()) {
            RawMap map = Objects.requireNonNull(new KernelMapFactory().open(Integer.parseInt(fixture.id("hosts"))));
            new KernelPins().pin(map, fs.path("host"), PinOptions.defaults());
            map.close();
            CommandRun pinned = CommandRun.of("import", "--pin", fs.path("host"), "--package", "com.acme");
            assertThat(pinned.out()).contains("record Hosts(@Key");
            assertThat(CommandRun.of("import", "--pin", fs.path("none"), "--package", "p")
                            .err())
                    .contains("nothing is pinned at " + fs.path("none"));
        }
    }

    @Test
    void saysWhichArgumentIsWrong() {
        assertThat(error("import", object())).contains("--package");
        assertThat(error("import", "--package", "com.acme")).contains("state one of OBJECT, --pin and --id");
        assertThat(error("import", object(), "--id", "7", "--package", "p"))
                .contains("state one of OBJECT, --pin and --id");
        for (String wrong : List.of("../etc", "com..acme", "", "com.new.acme", "com.4acme", "java", "javax.acme")) {
            assertThat(error("import", object(), "--package", wrong))
                    .contains("--package is \"" + wrong + "\", which is no name of a Java package of yours");
        }
        assertThat(error("import", object(), "--package", "p", "--name", "a/b"))
                .contains("--name is \"a/b\", which is not an identifier");
        assertThat(error("import", object(), "--package", "p", "--event", "none=flow"))
                .contains("--event names the map none, which the object does not have");
        assertThat(error("import", object(), "--package", "p", "--event", "flows_of_each_tenant=flow"))
                .contains("the map is a HASH_OF_MAPS, and only ring buffers and perf event arrays have events");
        assertThat(error("import", object(), "--package", "p", "--inner", "flows_of_each_tenant=__u32,flow"))
                .contains("has a definition of its inner maps");
        assertThat(CommandRun.of("import", "none.o", "--package", "p").err())
                .isEqualTo("nestmap: there is no file none.o\n");
    }

    @Test
    void innerMapsHaveTypesThatRecordsCanState() throws IOException {
        byte[] compiled = TestPrograms.object("fragile.bpf.c", "-DINNER_MAPS_OF_LOADER");
        String object =
                Files.write(directory.resolve("fragile.bpf.o"), compiled).toString();
        String policies = "policies=__u32,__u64,";

        assertThat(CommandRun.of("import", object, "--package", "p", "--inner", policies + "LRU_HASH")
                        .out())
                .contains("type = MapType.LRU_HASH");
        for (String type : List.of("HASH_OF_MAPS", "PROG_ARRAY", "hash")) {
            assertThat(error("import", object, "--package", "p", "--inner", policies + type))
                    .contains("no inner map has the type " + type + "; types of inner maps are called HASH, ARRAY");
        }
    }

    @Test
    void writesNothingWithoutMaps() throws IOException {
        Path object = Files.write(directory.resolve("custom.bpf.o"), TestPrograms.object("custom.bpf.c"));
        assertThat(error("import", object.toString(), "--package", "p")).contains("BTF describes no map");
    }

    private static String error(String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.exitCode()).isIn(ExitCode.USAGE, ExitCode.FAILED);
        assertThat(run.out()).isEmpty();
        return run.err();
    }

    private static String object() {
        return fixture.file().toString();
    }
}
