/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Reason;
import dev.nestmap.schema.MapKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each errno of an operation is explained with advice. */
class MapOperationTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE | HASH            | 7   | FULL           | update of map flow, key 3: E2BIG (7): the map is full (max_entries is 64)
            UPDATE | ARRAY           | 7   | WRONG_USE      | update of map flow, key 3: E2BIG (7): the map only has the indices 0 to 63
            DELETE | ARRAY_OF_MAPS   | 7   | WRONG_USE      | delete of map flow, key 3: E2BIG (7): the map only has the indices 0 to 63
            UPDATE | HASH            | 17  | ALREADY_EXISTS | update of map flow, key 3: EEXIST (17): the key exists already
            UPDATE | ARRAY           | 17  | ALREADY_EXISTS | update of map flow, key 3: EEXIST (17): every entry of an array always exists
            UPDATE | HASH_OF_MAPS    | 22  | MISMATCH       | update of map flow, key 3: EINVAL (22): the inner map must have the declared type
            UPDATE | ARRAY_OF_MAPS   | 22  | MISMATCH       | update of map flow, key 3: EINVAL (22): an ARRAY_OF_MAPS accepts no condition
            UPDATE | HASH_OF_MAPS    | 9   | CLOSED         | update of map flow, key 3: EBADF (9): the inner or the outer map has been closed
            LOOKUP | HASH_OF_MAPS    | 9   | CLOSED         | lookup of map flow, key 3: EBADF (9): the map has been closed
            UPDATE | HASH_OF_MAPS    | 7   | FULL           | update of map flow, key 3: E2BIG (7): the outer map has 64 inner maps (max_entries): take() one out
            UPDATE | ARRAY_OF_MAPS   | 7   | WRONG_USE      | update of map flow, key 3: E2BIG (7): the map only has the indices 0 to 63
            TAKE | HASH            | 1   | NOT_PERMITTED  | removal of entries of map flow, key 3: EPERM (1): the map was opened read-only or write-only
            DELETE | ARRAY           | 22  | WRONG_USE      | delete of map flow, key 3: EINVAL (22): every entry of an array always exists
            CREATE | HASH            | 24  | FULL           | creation of map flow, key 3: EMFILE (24): this process has reached its limit of open files
            CREATE | CPUMAP          | 7   | WRONG_USE      | creation of map flow, key 3: E2BIG (7): a CPUMAP has at most as many entries (64 here)
            CREATE | LRU_PERCPU_HASH | 7   | WRONG_USE      | creation of map flow, key 3: E2BIG (7): a value of a LRU_PERCPU_HASH, rounded up
            LOOKUP | RINGBUF         | 524 | NOT_SUPPORTED  | lookup of map flow, key 3: ENOTSUPP (524): the kernel has no such operation for a RINGBUF
            """)
    void explainsTheErrnoWithAdvice(MapOperation operation, MapKind kind, int errno, Reason reason, String message) {
        MapShape shape = new MapShape("flow", kind, 4, 8, 64, 0);

        assertThat(operation.failed(shape, 3, -errno)).hasMessageStartingWith(message);
        assertThat(operation.failed(shape, 3, -errno).reason()).isEqualTo(reason);
        assertThat(operation.failed(shape, 3, errno).errnoNumber()).isEqualTo(errno);
    }

    @ParameterizedTest
    @CsvSource({"LOOKUP, 5", "ITERATE, 14"})
    void anUnknownErrnoHasNoExplanation(MapOperation operation, int errno) {
        MapShape shape = new MapShape("flow", MapKind.HASH, 4, 8, 64, 0);

        assertThat(operation.failed(shape, null, -errno).getMessage())
                .matches("(lookup|iteration) of map flow: E[A-Z]+ \\(" + errno + "\\)");
    }
}
