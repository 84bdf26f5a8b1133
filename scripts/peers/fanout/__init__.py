"""What `scripts/bench fanout` measures beside ours: the same JSON text of 300 bytes to every open socket.

    ws.mjs              Node's `ws`: one Buffer for all, sent as text, compression off
    broadcast.py        `websockets.broadcast()`, on uvloop
    starlette_loop.py   `await websocket.send_text(…)` for each, one after the other, on uvicorn and uvloop

Each takes a port, and a byte on standard input for every round; between two rounds it lets its event
loop run, as two ticks of a real show would. None knows who is there, what they have seen, who is slow.
"""
