/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.union;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Written BTF is read back as the same types. */
class BtfWriterTest {
    @Test
    void readsBackWhatWasWritten() {
        StructType part = struct("part", "__u8 one; __be32 two;");
        List<StructType.Member> members = new ArrayList<>();
        for (Scalar scalar : Scalar.values()) {
            members.add(member("s" + members.size(), scalar));
        }
        members.add(member("part", part));
        members.add(member("parts", new ArrayType(new ArrayType(part, 3), 2)));
        members.add(member("either", union("either", "__u64 a; ? b;", part)));
        members.add(new StructType.Member("three", Scalar.U32, 3, 1, 0));
        members.add(new StructType.Member("nine", Scalar.U16, 9, 1, 4));
        members.add(member("number", new PointerType("void")));
        members.add(member("plain", new PointerType("struct task_struct")));
        members.add(member("task", new PointerType("struct task_struct", PointerType.Kind.KPTR)));
        members.add(member("other", new PointerType("struct task_struct", PointerType.Kind.UNTRUSTED)));
        for (ManagedFieldType type : ManagedFieldType.values()) {
            members.add(member("k" + members.size(), type));
        }
        members.add(member("", struct("", "__u64 inside;")));
        StructType all = StructType.of("all", members);

        assertThat(readBack(all)).isEqualTo(all);
    }

    @Test
    void anEnumIsWrittenAsAnIntegerOfItsSizeAndSign() {
        for (Scalar integer :
                List.of(Scalar.U8, Scalar.S8, Scalar.U16, Scalar.S16, Scalar.U32, Scalar.S32, Scalar.U64, Scalar.S64)) {
            EnumType mode = new EnumType("mode", integer.size(), integer.signed(), List.of());

            assertThat(readBack(mode)).isEqualTo(integer);
        }
    }

    @Test
    void bytesOfUnknownMeaningAreWrittenAsAnArray() {
        assertThat(readBack(new OpaqueType(16, 16, "integer of 16 bytes"))).isEqualTo(new ArrayType(Scalar.U8, 16));
    }

    @Test
    void aPointerWithAnUnknownTagIsWrittenWithoutItsTarget() {
        assertThat(readBack(new PointerType("struct task_struct __rcu"))).isEqualTo(new PointerType("void"));
    }

    @Test
    void eachTypeIsWrittenOnce() {
        BtfWriter image = new BtfWriter();
        StructType part = struct("part", "__u8 one;");
        int id = image.add(part);
        int size = image.bytes().length;

        assertThat(image.add(struct("part", "__u8 one;"))).isEqualTo(id);
        assertThat(image.bytes()).hasSize(size);
    }

    /** The kernel rejects a pointer with a name, also if the name is empty. */
    @Test
    void typesWithoutANameHaveTheOffsetZero() {
        BtfWriter image = new BtfWriter();
        image.add(new PointerType("void"));
        byte[] bytes = image.bytes();

        assertThat(ByteBuffer.wrap(bytes).getInt(24)).isZero();
        assertThat(bytes).as("header, pointer and the empty name").hasSize(24 + 12 + 1);
    }

    private static StructType.Member member(String name, CType type) {
        return new StructType.Member(name, type);
    }

    private static CType readBack(CType type) {
        BtfWriter image = new BtfWriter();
        int id = image.add(type);
        return LoadedBtfTypes.parse("t", image.bytes()).type(id);
    }
}
