package dev.troth.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.math.BigInteger;

/**
 * A parser that refuses whole numbers that do not fit where they are wanted. MessagePack's own (0.9.11) cuts off the upper bits
 * and says nothing.
 */
final class ExactNumbers extends JsonParserDelegate {
    ExactNumbers(JsonParser parser) {
        super(parser);
    }

    @Override
    public byte getByteValue() throws IOException {
        return (byte) within(Byte.MIN_VALUE, Byte.MAX_VALUE, byte.class);
    }

    @Override
    public short getShortValue() throws IOException {
        return (short) within(Short.MIN_VALUE, Short.MAX_VALUE, short.class);
    }

    @Override
    public int getIntValue() throws IOException {
        return (int) within(Integer.MIN_VALUE, Integer.MAX_VALUE, int.class);
    }

    @Override
    public long getLongValue() throws IOException {
        return within(Long.MIN_VALUE, Long.MAX_VALUE, long.class);
    }

    private long within(long least, long most, Class<?> wanted) throws IOException {
        if (currentToken() == JsonToken.VALUE_NUMBER_INT) {
            BigInteger value = getBigIntegerValue();
            if (value.bitLength() < Long.SIZE && value.longValue() >= least && value.longValue() <= most) {
                return value.longValue();
            }
            throw new InputCoercionException(this, value + " does not fit", currentToken(), wanted);
        }
        return super.getLongValue();
    }
}
