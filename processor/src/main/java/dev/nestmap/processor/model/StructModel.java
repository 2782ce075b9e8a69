/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.nestmap.schema.type.StructType;
import java.util.List;

/**
 * A record that is a C struct. Its codec writes and reads a component of this type.
 *
 * @param javaType the record
 * @param codec the class that writes and reads its bytes
 * @param type the struct
 * @param components its components in order
 */
public record StructModel(ClassName javaType, ClassName codec, StructType type, List<ComponentModel> components)
        implements TypeModel, Conversion {
    /** The class that reads the components from the bytes of an entry: {@code FlowKeyView}, beside the codec {@code FlowKeyCodec}. */
    public ClassName view() {
        return view(codec, javaType);
    }

    /** The name of {@link #view()} for a record with this codec. */
    public static ClassName view(ClassName codec, ClassName javaType) {
        return codec.enclosingClassName() == null
                ? codec.nestedClass("View")
                : codec.peerClass(javaType.simpleName() + "View");
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of(
                "$T.INSTANCE.write($T.present($L, $S), $L)", codec, RuntimeClasses.SCALARS, value, component, place);
    }

    @Override
    public CodeBlock read(CodeBlock place, String component) {
        return CodeBlock.of("$T.INSTANCE.read($L)", codec, place);
    }

    @Override
    public CodeBlock codec(String component) {
        return CodeBlock.of("$T.INSTANCE", codec);
    }
}
