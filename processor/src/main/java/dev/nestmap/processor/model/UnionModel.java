/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.UnionType;
import java.util.List;
import java.util.Optional;

/**
 * A sealed interface that is a C union.
 *
 * @param javaType the interface
 * @param codec the class that writes and reads its members
 * @param type the union; its fields are those of {@code members}, in the same order
 * @param members the records that it permits
 */
public record UnionModel(ClassName javaType, ClassName codec, UnionType type, List<Member> members)
        implements TypeModel {
    /**
     * A record that is a member.
     *
     * @param record the record
     * @param field the field in the union
     * @param component the name of its single component, which is the field; empty if the record is a struct
     * @param conversion the conversion of the component or the record
     */
    public record Member(ClassName record, Field field, Optional<String> component, Conversion conversion) {}
}
