/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.type.StructType;
import java.util.List;

/**
 * A record that is a C struct.
 *
 * @param javaType the record
 * @param codec the class that writes and reads its bytes
 * @param type the struct
 * @param components its components in order
 */
public record StructModel(ClassName javaType, ClassName codec, StructType type, List<ComponentModel> components)
        implements TypeModel {
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
}
