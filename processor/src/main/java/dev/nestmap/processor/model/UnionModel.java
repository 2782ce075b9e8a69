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
 * @param type the union; its fields are the contents of {@code members}, in the same order
 * @param members the records that it permits
 * @param discriminator the name of the component that selects the member; empty if the union declares none
 */
public record UnionModel(
        ClassName javaType, ClassName codec, UnionType type, List<Member> members, Optional<String> discriminator)
        implements TypeModel {
    /**
     * A record that is a member.
     *
     * @param record the record
     * @param content its bytes in the union; empty if the record has no components
     * @param cases the numbers in its {@code @Union.Case}
     * @param constants the constants in its {@code @Union.Case}
     */
    public record Member(ClassName record, Optional<Content> content, List<Long> cases, List<String> constants) {}

    /**
     * The bytes of a member.
     *
     * @param field the field in the union
     * @param component the name of its single component, which is the field; empty if the record is a struct
     * @param conversion the conversion of the component or the record
     */
    public record Content(Field field, Optional<String> component, Conversion conversion) {}
}
