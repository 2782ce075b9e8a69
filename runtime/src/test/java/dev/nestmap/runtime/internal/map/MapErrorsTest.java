/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.schema.MapKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each row names operations, types of maps and attributes that exist. */
class MapErrorsTest {
    @ParameterizedTest
    @EnumSource
    void replacesEachWordInBraces(MapOperation operation) {
        for (MapKind kind : MapKind.values()) {
            MapShape map = new MapShape("m", kind, 4, 8, 16, 0);
            for (Errno errno : Errno.values()) {
                assertThat(MapErrors.find(operation, map, errno.number()).map(row -> row.explain(map)))
                        .as("%s of a %s, %s", operation, kind, errno)
                        .satisfies(why -> assertThat(why.orElse("")).doesNotContain("{", "}"));
            }
        }
    }
}
