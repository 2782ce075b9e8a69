/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.UUID;

/**
 * The identity of a row, and the key of its Kafka message: if a row comes again, it has the same one. The numbers of a series are consecutive, and its
 * rows are in one partition, in this order. So a missing number is a loss: something has deleted the row from Kafka, or its counts did not get there.
 *
 * @param series a random number of the process that has taken the counts out
 * @param number 1, 2, 3, ... A series without the number 1 says that counts before it are missing
 */
record RowPosition(UUID series, long number) {
    /** A regular expression for the text of a series. */
    static final String SERIES = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    /**
     * Creates a position.
     *
     * @param series the series
     * @param number the number
     * @throws IllegalArgumentException if the number is less than 1
     */
    public RowPosition {
        if (number < 1) {
            throw new IllegalArgumentException("the number of a row is " + number + ": it is 1 or more");
        }
    }

    /** {@return the key of the row's Kafka message: a JSON object} */
    @Override
    public String toString() {
        return "{\"series\":\"" + series + "\",\"number\":" + number + "}";
    }
}
