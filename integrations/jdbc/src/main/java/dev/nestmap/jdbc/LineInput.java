/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;

/** Reads the lines of a file one after another, each to its end, without keeping a line in memory. Several may read one file in turns. */
final class LineInput extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final RandomAccessFile file;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int limit;
    private long position;

    /** Whether the line feed of the line was read. */
    private boolean isEnd;

    LineInput(RandomAccessFile file, long position) {
        this.file = file;
        this.position = position;
    }

    /** Another reader of the file. */
    LineInput from(long start) {
        return new LineInput(file, start);
    }

    /** The position in the file up to which the bytes were read. */
    long position() {
        return position;
    }

    /** Goes to the next line, from the end of the one before. Returns false at the end of the file. */
    boolean nextLine() throws IOException {
        isEnd = false;
        return fill();
    }

    /** Skips the rest of the line. Returns false if the file ends without a line feed. */
    boolean endLine() throws IOException {
        while (!isEnd && fill()) {
            skipTo(lineFeed(limit));
        }
        return isEnd;
    }

    private boolean fill() throws IOException {
        if (next == limit) {
            next = 0;
            file.seek(position);
            limit = Math.max(0, file.read(buffer));
        }
        return next < limit;
    }

    /** The index of the line feed, or the end of what may be searched. */
    private int lineFeed(int end) {
        int at = next;
        while (at < end && buffer[at] != '\n') {
            at++;
        }
        return at;
    }

    /** Goes to an index, and over the line feed there. */
    private void skipTo(int index) {
        isEnd = index < limit && buffer[index] == '\n';
        int to = isEnd ? index + 1 : index;
        position += to - next;
        next = to;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (isEnd || !fill()) {
            return -1;
        }
        int end = lineFeed(Math.min(limit, next + length));
        int count = end - next;
        if (count == 0) { // the line feed
            skipTo(end);
            return -1;
        }
        System.arraycopy(buffer, next, to, offset, count);
        position += count;
        next = end;
        return count;
    }
}
