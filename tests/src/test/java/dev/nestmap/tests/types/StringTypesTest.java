/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.types.StringTypes.Command;
import dev.nestmap.tests.types.StringTypes.Digest;
import dev.nestmap.tests.types.StringTypes.File;
import dev.nestmap.tests.types.StringTypes.Raw;
import dev.nestmap.types.ByteString;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java writes and reads texts and byte strings as C sees them. */
class StringTypesTest {
    private static final ByteString DIGEST = ByteString.ofHex("c0ffee").paddedTo(20);
    private static final File FILE = new File(
            new Digest(255, DIGEST),
            new ByteString[] {ByteString.of((byte) 1, (byte) 2, (byte) -1), ByteString.ofUtf8("abc")});

    @TempDir
    Path directory;

    @Test
    void byteStringsHaveTheBytesOfC() {
        HeaderCompiler c = new HeaderCompiler(directory);

        assertThat(CodecBytes.ofKey(StringTypesBpf.FileMap.CODEC, FILE))
                .isEqualTo(c.bytes("string_types", "struct digest expected", "{ 255, { 0xc0, 0xff, 0xee } }"));
        assertThat(CodecBytes.ofValue(StringTypesBpf.FileMap.CODEC, FILE))
                .isEqualTo(c.bytes("string_types", "__u8 expected[2][3]", "{ { 1, 2, 255 }, { 'a', 'b', 'c' } }"));
    }

    @Test
    void textsHaveTheBytesOfC() {
        HeaderCompiler c = new HeaderCompiler(directory);
        Command command = new Command("né", "/bin/bash", new String[] {"-l", ""});

        assertThat(CodecBytes.ofKey(StringTypesBpf.CommandMap.CODEC, command))
                .isEqualTo(c.bytes("string_types", "char expected[16]", "\"né\""));
        assertThat(CodecBytes.ofValue(StringTypesBpf.CommandMap.CODEC, command))
                .isEqualTo(c.bytes(
                        "string_types",
                        "struct command expected",
                        "{ .shell = \"/bin/ba\", .arguments = { \"-l\" } }"));
        try (StringTypesBpf bpf = StringTypesBpf.inMemory()) {
            bpf.command().put(command);

            assertThat(bpf.command().get("né"))
                    .usingRecursiveComparison()
                    .isEqualTo(new Command("né", "/bin/ba", new String[] {"-l", ""}));
        }
    }

    @Test
    void byteStringsCanBeKeysOnBothLevels() {
        ByteString outer = ByteString.ofUtf8("abc");
        Raw raw = new Raw(
                ByteString.ofUtf8("/etc/passwd").paddedTo(25), ByteString.of().paddedTo(4098));
        try (StringTypesBpf bpf = StringTypesBpf.inMemory()) {
            bpf.raws().create(outer).put(raw);
            bpf.file().put(FILE);

            assertThat(bpf.raws().get(ByteString.ofUtf8("abc"), raw.key())).isEqualTo(raw);
            assertThat(bpf.raws().keys()).containsExactly(outer);
            assertThat(bpf.file().get(new Digest(255, ByteString.of(DIGEST.toBytes()))))
                    .usingRecursiveComparison()
                    .isEqualTo(FILE);
        }
    }
}
