package com.terafy.ra.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What comes from the server, for the driver; where a statement was put ahead of the driver's own, twice, without the answers. An
 * error in the second is the driver's: the server then skips what the driver has sent.
 */
final class AheadAnswer extends InputStream {

    /** Type and length. */
    private static final int HEADER_BYTES = 5;

    private static final int NOWHERE = -1;

    private final InputStream in;

    /** What was read already: between the two marks it is for the driver. */
    private byte[] buffer = new byte[512];

    private int start;
    private int end;
    private boolean expected;
    private boolean failed;

    AheadAnswer(InputStream in) {
        this.in = in;
    }

    /** The next answer is to a statement that was put ahead. */
    void expect() {
        expected = true;
    }

    /** True until it has come. */
    boolean isExpected() {
        return expected;
    }

    /** True, once, if the first has failed. */
    boolean hasFailed() {
        boolean was = failed;
        failed = false;
        return was;
    }

    /** True if something was read that the driver has not taken. */
    boolean hasKept() {
        return end > start;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (expected) {
            takeOut();
        }
        int count = Math.min(length, end - start);
        if (count == 0) {
            return in.read(into, offset, length);
        }
        System.arraycopy(buffer, start, into, offset, count);
        start += count;
        return count;
    }

    /** What may come in between, of a notice, a notification or a parameter, stays; and an error behind which the stream ends. */
    private void takeOut() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        int at = 0;
        int errorAt = NOWHERE;
        boolean isSecond = false;
        while (expected && hasRead(at + HEADER_BYTES) && hasRead(at + size(at))) {
            int size = size(at);
            switch (buffer[at]) {
                case '1', '2', 'D' -> remove(at, size);
                case 'C' -> {
                    remove(at, size);
                    expected = !isSecond;
                }
                case 'E' -> {
                    if (isSecond) {
                        expected = false;
                    } else {
                        errorAt = at;
                        at += size;
                    }
                }
                case 'Z' -> {
                    remove(at, size);
                    if (errorAt != NOWHERE) {
                        at -= size(errorAt);
                        remove(errorAt, size(errorAt));
                        failed = true;
                    }
                    isSecond = true;
                }
                default -> at += size;
            }
        }
        expected = false;
    }

    private int size(int at) {
        return 1 + ByteBuffer.wrap(buffer).getInt(at + 1);
    }

    private void remove(int at, int size) {
        System.arraycopy(buffer, at + size, buffer, at, end - at - size);
        end -= size;
    }

    /** False if the stream ends before. */
    private boolean hasRead(int wanted) throws IOException {
        while (end < wanted) {
            if (wanted > buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * wanted);
            }
            int count = in.read(buffer, end, buffer.length - end);
            if (count < 0) {
                return false;
            }
            end += count;
        }
        return true;
    }

    @Override
    public int available() throws IOException {
        return end - start + in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
