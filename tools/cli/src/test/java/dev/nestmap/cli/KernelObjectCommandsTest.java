/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that read object files show, compare and check what the objects declare. */
@KernelTest
@Tag("jdk-independent")
class KernelObjectCommandsTest {
    @TempDir
    private Path directory;

    private String object = "";

    @BeforeEach
    void compile() throws IOException {
        object = Files.write(directory.resolve("nest.bpf.o"), TestPrograms.object("nest.bpf.c"))
                .toString();
    }

    @Test
    void checkSaysWhichFileIsNoObject() throws IOException {
        String text = Files.writeString(directory.resolve("x.o"), "text").toString();
        CommandRun other = CommandRun.of("check", object, text);
        assertThat(other.exitCode()).isEqualTo(ExitCode.FOUND);
        assertThat(other.out()).contains("rejected  file: the object can't be read: ", "→ compile it with clang");
        assertThat(CommandRun.of("check").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void checkKnowsTypesFromTheSchemaTextBesideTheObject() throws IOException {
        Path file = Files.write(directory.resolve("custom.bpf.o"), TestPrograms.object("custom.bpf.c"));
        CommandRun unknown = CommandRun.of("check", file.toString());
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.FOUND);
        assertThat(unknown.out())
                .contains(
                        "rejected  program pass: it is in section \"from-container\", and libbpf knows no such section");

        Path schema = directory.resolve("custom.schema");
        Files.writeString(
                schema,
                "nestmap-schema 1\nheader custom.bpf.h\n\nprogram pass: from-container\n  load_as: \"tcx/ingress\"\n");
        assertThat(CommandRun.of("check", file.toString()))
                .isEqualTo(new CommandRun(ExitCode.OK, file + ": no problem found\n", ""));

        Files.writeString(schema, "text");
        assertThat(CommandRun.of("check", file.toString()).err()).contains(schema + " is neither");
    }

    @Test
    void checkComparesWithRecords() throws IOException {
        Schema schema =
                ObjectFile.parse("nest", Files.readAllBytes(Path.of(object))).schema();
        Path classes = Files.createDirectories(directory.resolve("classes/META-INF/bpf"));
        String text = SchemaText.print(
                new Schema("com.acme.Nest", schema.header(), List.of(), schema.types(), schema.maps()));
        Files.writeString(classes.resolve("nest.schema"), text);
        Files.writeString(classes.resolve("nest-1.schema"), text.replace("max_entries: 4096", "max_entries: 1"));
        String[] check = {
            "check", object, "--class-path", directory.resolve("classes").toString(), "--against", "com.acme.Nest"
        };

        assertThat(CommandRun.of(check)).isEqualTo(new CommandRun(ExitCode.OK, object + ": no problem found\n", ""));

        Files.writeString(classes.resolve("nest.schema"), text.replace("max_entries: 4096", "max_entries: 4097"));
        CommandRun changed = CommandRun.of(check);
        assertThat(changed.exitCode()).isEqualTo(ExitCode.FOUND);
        assertThat(changed.out())
                .contains(
                        "rejected  records of com.acme.Nest: ", "max_entries 4097 in the records, 4096 in the object");

        check[check.length - 1] = "com.acme.Nests";
        assertThat(CommandRun.of(check).err())
                .startsWith("nestmap: no schema text of com.acme.Nests is in META-INF/bpf of [")
                .endsWith("], only those of com.acme.Nest\n");
    }

    @Test
    void compareSaysWhatAChangeBreaks() throws IOException {
        assertThat(CommandRun.of("compare", object, object))
                .isEqualTo(new CommandRun(ExitCode.OK, "No change reaches a pinned map.\n", ""));

        Schema schema =
                ObjectFile.parse("nest", Files.readAllBytes(Path.of(object))).schema();
        List<MapDef> maps = schema.maps().stream()
                .map(map -> map.name().equals("hits_per_cpu")
                        ? new MapDef(map.name(), map.role(), map.kind(), 64, 0, Scalar.U32, map.value(), null)
                        : map)
                .toList();
        Path after = Files.writeString(
                directory.resolve("after.schema"),
                SchemaText.print(new Schema("", schema.header(), List.of(), schema.types(), maps)));
        CommandRun changed = CommandRun.of("compare", object, after.toString());
        assertThat(changed.exitCode()).isEqualTo(ExitCode.FOUND);
        assertThat(changed.out()).contains("breaks pinned maps: ", "hits_per_cpu");
        assertThat(CommandRun.of("compare", "--json", object, after.toString()).out())
                .contains("\"id\":\"breaks-maps\",\"severity\":\"ERROR\",\"place\":\"" + after + "\"");

        Files.writeString(
                after,
                SchemaText.print(new Schema(
                        "com.acme.Nest", schema.header(), List.of(), schema.types(), schema.maps(), schema.globals())));
        assertThat(CommandRun.of("compare", object, after.toString()))
                .isEqualTo(new CommandRun(ExitCode.OK, "No change reaches a pinned map.\n", ""));
    }

    /** Their inner maps have flags, which records of an existing object may leave out. */
    @Test
    void compareReadsAnExistingObjectAndItsText() throws IOException {
        byte[] elf = TestPrograms.object("inner_kinds.bpf.c");
        Path existing = Files.write(directory.resolve("inner_kinds.bpf.o"), elf);
        Schema schema = ObjectFile.parse("inner_kinds", elf).schema();
        Schema records =
                new Schema("com.acme.Kinds", schema.header(), List.of(), schema.types(), schema.maps()).asForeign();
        Path text = Files.writeString(directory.resolve("inner_kinds.schema"), SchemaText.print(records));

        assertThat(CommandRun.of("compare", existing.toString(), text.toString())
                        .out())
                .startsWith("No change reaches a pinned map.\n");
        assertThat(CommandRun.of("compare", text.toString(), existing.toString())
                        .exitCode())
                .isZero();
    }

    /** Two counters change places, in a type that a map declared by its size may hold: that doesn't pass as compatible. */
    @Test
    void compareNamesWhatItCannotKnow() throws IOException {
        CType size = new OpaqueType(16, 1, "value " + OpaqueType.BY_SIZE);
        MapDef bySize = new MapDef("sized", MapRole.PLAIN, MapKind.HASH, 64, 0, Scalar.U32, size, null);
        MapDef ring = new MapDef("ring", MapRole.PLAIN, MapKind.RINGBUF, 4096, 0, null, null, null);
        String before = flows("before", bySize, "packets", "bytes");
        String after = flows("after", bySize, "bytes", "packets");

        CommandRun swapped = CommandRun.of("compare", before, after);
        assertThat(swapped.exitCode()).isEqualTo(ExitCode.FOUND);
        assertThat(swapped.out())
                .contains(
                        "may break pinned maps: changing the offset of `packets` of `flow` from 0 to 8",
                        "will misread a pinned `sized` if it holds `flow`",
                        "not compared: the entries of sized");
        assertThat(CommandRun.of("compare", "--json", before, after).out())
                .contains("\"id\":\"may-break-maps\",\"severity\":\"ERROR\"");

        CommandRun events = CommandRun.of(
                "compare", flows("before", ring, "packets", "bytes"), flows("after", ring, "bytes", "packets"));
        assertThat(events.exitCode()).isEqualTo(ExitCode.FOUND);
        assertThat(events.out()).contains("if the events of `ring` are `flow`");

        CommandRun same = CommandRun.of("compare", before, before);
        assertThat(same.exitCode()).isZero();
        assertThat(same.out()).contains("No change reaches a pinned map.", "not compared: the entries of ring");
    }

    /** A schema text with this map, and with a struct of two counters that no map declares. */
    private String flows(String name, MapDef map, String first, String second) throws IOException {
        StructType flow = StructType.of(
                "flow", List.of(new StructType.Member(first, Scalar.U64), new StructType.Member(second, Scalar.U64)));
        Schema schema = new Schema("", "flows", List.of(), List.of(flow), List.of(map));
        return Files.writeString(directory.resolve(name + ".schema"), SchemaText.print(schema))
                .toString();
    }
}
