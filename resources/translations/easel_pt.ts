<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt" sourcelanguage="en">
<context>
    <name>AboutWindow</name>
    <message>
        <source>About Easel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel {version}
Paints pictures from words on this computer, and sends nothing anywhere.
Licence: Apache-2.0. The parts it is made of:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licences</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AdjustmentWindow</name>
    <message>
        <source>Apply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show it in the picture</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CandidatesPanel</name>
    <message>
        <source>4 more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About the pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before and after: how much of the original is shown at the left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click a picture to see it in the frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Four more of the same kind, beside these</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Painting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture {number} of {count} · seed {seed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variations of the chosen picture, as far away as the panel Variations says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your pictures will appear here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>orig</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CanvasSurface</name>
    <message>
        <source>Write a prompt above and press Enter · or drop a picture here</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CanvasView</name>
    <message>
        <source>Canvas</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CardPanel</name>
    <message>
        <source>Build an engine for your NVIDIA card? About {download} are downloaded from the index of Python packages, and about {disk} stay on this computer. Libraries of NVIDIA are among them, under NVIDIA&apos;s own licences.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download and build</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel comes with an engine for the processor. This builds one for an NVIDIA card in your own folder, from packages that are downloaded when you ask for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the engine for your NVIDIA card? {size} are deleted; Easel then paints on the processor. It can be built again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use my NVIDIA card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>made for another version of Easel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no NVIDIA card, or no driver for it, was found on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unfinished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}; its driver is too old, install version 580 or newer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChannelRow</name>
    <message>
        <source>How much of it: below 0 leads away from it; double-click resets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mute: leave it out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture in the mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Solo: leave all others out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take it out of the mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words in the mix</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Clipboard</name>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture on the clipboard; copy one and paste again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing of “{name}” to copy there; select another part.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to copy yet; paint or open a picture first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ColourWheel</name>
    <message>
        <source>Colour wheel; arrows turn the hue</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ColoursPanel</name>
    <message>
        <source>Colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour as hexadecimal number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hex</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swap the colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swap the colours (X)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used before:</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>A result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DetailsSide</name>
    <message>
        <source>About the chosen picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;ollections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a picture to see how it was made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Facts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No words belong to this picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} it was made from</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} made of it</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Show what it was made from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show what was made of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>T&amp;ags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chosen picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it was made from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was made of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>separated by commas</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are selected</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DifferenceRow</name>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the picture goes from the one to the other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take this change away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this change, or leave it out for now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from … (may stay empty)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Easel</name>
    <message>
        <source>A copy of unsaved work is being kept again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A copy of unsaved work was damaged and cannot be read; it is kept in {folder} for {days_kept} days. Look there if you miss something.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A feather of {feather} cannot be used; choose 0 to 256.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A film needs two ends; put a picture or a text into both places.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A hole is painted at the size of the picture; leave the size out, or enlarge the picture first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A login page answered instead of the publisher; open a browser, log in to this network, then continue. {kept}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A mask cannot grow by {grow}; choose -256 to 256.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A mix takes two pictures, or a picture and words; select another picture, or write into the prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A path has two ends; ask for at least 2 pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture cannot be enlarged {scale} times; choose 2 or 4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture of {width} × {height} pixels cannot be worked on; use one of up to {largest_input} pixels on a side.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture that this one was made from is not on this computer, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture&apos;s own noise is found and used by the sampler {sampler} alone; choose it, or let the composition change freely.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A second decoder for Kandinsky 2.2 that fills holes and extends pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A stored embedding has no composition to keep; give the picture, or let the composition change freely.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A weight in the mix is no number; choose one, such as 1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A {name} of {scale} cannot be used; choose from 0 to 50.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A {name} of {side} pixels cannot be made; choose 16 to {largest_side}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A {name} of {value} cannot be used; choose from 0 to 1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add layer mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An idea is one picture, one text or one stored embedding; give exactly one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another Easel is downloading into this folder; wait until it is done, or pause it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apple card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply layer mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the model has it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the model needs it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blur</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change blend mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change guides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change opacity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change seam</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click a colour to select it · Shift adds, Alt subtracts, both intersect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click or drag to take a colour; Ctrl does the same with every brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click to fill an area of like colour; as a gradient, drag from one colour to the other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click to go closer, Alt+click to go away, drag sideways for any scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour burn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour dodge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Computes on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy or download this file again; your pictures and the other files are not touched.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Corners scale, edges stretch, inside moves, outside turns · Enter applies, Escape undoes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Costs a little time of every picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Crop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Darken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoder guidance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoder steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete layer mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deselect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Difference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag inside to move, an edge to resize, outside to draw a new one; Alt: no snapping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag to erase · Shift+click: straight line · [ ] size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag to move the layer or what is selected of it; Shift: one direction; arrows nudge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag to move the view; Space does the same with every tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag to paint · Shift+click: straight line · hold Ctrl: pick a colour · [ ] size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag to select · Shift adds, Alt subtracts, both intersect · click: select nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag to turn the view; Shift stops every 15 degrees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag what to keep, Enter cuts, Escape leaves everything as it was</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw around an area · Shift adds, Alt subtracts, both intersect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {parent}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {root}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel cannot look for unsaved work in {root} ({strerror}). Nothing there was changed; check who may read it, then start Easel again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel is still busy with another model; wait for it or pause it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel is still busy with the card; wait for it or pause it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel is still painting; wait for it or press Cancel first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarged {scale} times the picture would have {width} × {height} pixels, more than can be held; choose a smaller factor or crop it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every {deep_every} steps cannot be used; choose 1 to {most_steps_apart}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exclusion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exported to {report}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Extend picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Feather of results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Feather selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files and folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files say how they were made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filled in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fix result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flatten picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found in {name}: {parts}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full (32 bits)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grow selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guidance from {begin} until {end} of the way cannot be used; choose two numbers from 0 to 1, the smaller one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Half (16 bits)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Half takes half the memory and is quicker on cards; a seed may then give a slightly different picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hard light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High contrast is black and white with strong outlines.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far a filled-in part reaches beyond its mask; below 0 it stays inside.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far a filled-in part takes on the colours around it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the meaning of variations may drift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far their composition may</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads paint. Fewer leave room for other programs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How often the decoder goes over a picture. More take longer and show finer detail.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How often the prior refines the idea that it makes of your words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How softly a filled-in part runs into what was there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How strictly the decoder keeps to the idea. Too much makes colours harsh.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How strictly the idea keeps to your words. Less gives more variety.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hue and saturation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If what you choose is not in this computer, the processor does it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In Easel&apos;s own folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invert mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Isolate group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its file is missing; put it back or discard the entry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys of your own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Large and detailed; 512 to 1024 pixels. A graphics card makes it quick.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger files that lose nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Letters, buttons and icons together. Pictures are shown as before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Levels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lighten</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Load selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Luminosity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mask from selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matching of colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory budget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Menus appear at once, nothing slides or fades, and the cursor does not blink.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Multiply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NVIDIA card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noise can only be recovered from pictures; give two pictures or one fixed noise.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Normal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not all of {root} could be removed ({strerror}); quit Easel&apos;s other windows and remove the folder by hand.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is in the mix yet; put in a picture or write a text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is marked; erase or select what is to be painted, or generate instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is selected; select a part of the picture first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is to be changed yet; write what the picture should become.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is to be changed; say what the picture should become.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing of the work kept in {folder} can be read; the folder was not changed. Look for another copy of the picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give a picture or text a weight above 0, and look whether it is muted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give something a weight.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of files that you export. Smaller numbers make smaller files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On a path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only pictures can be kept as they are, and one end is a text; put in a picture, or let the ends be painted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only {value} % overlaps; move the frame closer to the picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint layer mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Painted from words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Painted over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Painting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paints at 64 pixels and enlarges to 256. It has no inpainting checkpoint: known pixels are kept by blending them in while it paints.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pass group through</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures per run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prior</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prior guidance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prior steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt, seed and settings are written into the files that you save and export.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quality of JPEG and WebP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recover unsaved work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reduced motion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reorder layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reworded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved to {report}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say first what you do want: choose More like this for a picture, or describe it by meaning.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select layer&apos;s pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selection from mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sharpen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show pictures while they are painted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shrink selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Small and quick; comes with Easel. Simple pictures of everyday things.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Soft light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Some of the unsaved work could not be read and is missing: {names}. What you see is all there is; save it under a new name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something on the way changes the files it passes on; try another network. {kept}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken in from a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full. {kept} Free {need} GB, then continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The download was sent on to {place}, which is not on Easel&apos;s list, so it was stopped; what is here is kept. Try another network or mirror.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The download was sent round in circles; try another network or mirror.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The download was stopped; what is here is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly; nothing of your picture is lost. Press Generate to start it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine that was built for the card cannot be started ({reason}); nothing of your picture is lost. Build it anew or stop using it, under “NVIDIA card”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine was built, but computes on “{device}”: it finds no NVIDIA card that it can use. Install the newest driver for the card, then continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file {path} of {title} is not on this computer; download the model or choose the folder it is in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to ({strerror}); choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {folder} does not hold the {part} of a model that Easel knows; its shapes are others. Nothing was changed; choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder “{name}” could not be made in {parent}; nothing was written. Choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gallery cannot search by meaning: nothing can be written into {cache}. Your pictures are safe; make room there and search again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gallery in {parent} cannot be read or written; nothing there was changed. Check that the disk has room and that you may write there, then start Easel again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gallery is in use by another Easel window; pictures made in this one are kept as files and listed at the next start. Close one of the two windows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gallery was written by a later Easel and is left as it is; pictures made now are kept as files. Update Easel to see them all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gallery&apos;s list in {parent} was damaged; your pictures are safe in the folder beside it, and the list is made anew from them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The index of packages has another {name} than the one on Easel&apos;s list, so nothing was fetched. Try another index, or look for a newer Easel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keys of the program that you know.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with a picture on it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with something on it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer “{name}” is hidden; show it to paint on it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to change it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to move it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of packages for the card is not understood; try again later, or with another index of packages.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of words ({name}) is not on this computer; it comes with Easel, so install Easel again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mask is not of the picture&apos;s size; draw it anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mirror&apos;s address is not understood; it has to begin with https:// and a host.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file {folder} is not on this computer; download the model or choose the folder it is in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file {parent} is not on this computer but {name} needs it; copy or download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file {path} cannot be read ({strerror}); check that it is there and may be read, or copy it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file {pickled} is pickled, and opening such a file could run any program hidden in it; get the model as .safetensors and put that in its place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model {title} cannot do this; choose another model for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s arithmetic went out of range and no picture could be made of it; nothing is lost, choose a lower guidance, another sampler or another seed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is damaged; install the model again, your pictures are safe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is missing; install the model again, your pictures are safe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The most that a model may take. With less it is loaded in parts, which is slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The other side {fault} Nothing was fetched from it; {kept}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture is not in 8-bit RGB or RGBA; convert it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture is {width} pixels long and {name} ends at {largest_side}; nothing was written. Export it as PNG instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels, too many for one file; nothing was written. Hide or move layers that lie far out and export again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program uv that came with Easel cannot be started ({strerror}); install Easel anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt has {prompt} characters and the model reads only the first few dozen words; shorten it to {longest_prompt} characters or fewer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt is empty; describe the picture you want in a few words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy did not let Easel through ({error}); check its address, name and password. {kept}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy wants a name and a password; write them into its address, like http://name:password@proxy.example:8080.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy&apos;s address is not understood; write it like http://proxy.example:8080.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The publisher does not give this model away without an access token that may read it; type one and continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The publisher does not have this file any more; look for a newer Easel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The publisher wants an access token for this model; type one and continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rule by which noise becomes a picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The seed {seed} cannot be used; choose a whole number from 0 to {largest_seed}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The selection holds nothing of this layer; choose another layer or select none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The smaller copy of {name} could not be written ({strerror}); the large file is as it was. Free some room and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The smaller copy of {name} reads back differently, so it was not kept and nothing was changed; check the disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The source cannot be reached ({broken}). {kept} Check the network, then continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The source does not say how long {name} is, or claims far too much; it was not fetched. Try another network or mirror.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The source has another {name} than the one on Easel&apos;s list ({announced} bytes, not {size}), so it was not fetched. Try another network or mirror, or look for a newer Easel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The source refused the download (it answered {status}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The stored embedding is damaged; use the picture instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The transparency of “{name}” is locked; unlock it to erase.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The upscaler file {path} {fault}; choose another one, or leave it out to use the model&apos;s own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The wheel moves the view, and zooms with Ctrl or Alt; otherwise it zooms.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The wheel scrolls</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The {name} has {text} characters; shorten it to {longest_prompt}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no layer to move yet; paint, open or generate a picture first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model in {folder} that Easel knows. Choose the folder that holds kandinsky-2-2-prior or karlo-v1-alpha, a fine-tune with a folder “unet” or “prior” in it, or a Hugging Face cache.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture to reword yet; put one in, such as what the frame shows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture yet; paint, open or generate one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no room for the smaller copy of {name}: it needs {size} GB until the large file is gone. Nothing was changed; free some room and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no sampler called {sampler}; choose one of {samplers}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. {fits} or fewer pictures, or close other programs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough room in {folder}: {need} GB are needed, with some to spare. Nothing was fetched; free {short} GB or choose another folder, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to embed; give a picture or a text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to erase yet; paint, open or generate a picture first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to paint more of yet; generate a picture first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is only one picture of this kind; ask for variations of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This copy of Easel has no uv; install Easel anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is an inspection; it paints nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is painted after what is being painted now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This layer is empty; undo what emptied it, or ask anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This layer was mixed or enlarged from others; ask for it where it came from, or for variations of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words; search by words instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model is not complete on this computer; get it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This picture does not say how it was made, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This picture is not in the gallery any more; choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This picture was made by the model “{model}”, which is not the one in use; it is safe as it is. Choose that model and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This stored embedding was made by another model than {title}; use the picture it came from, or choose that model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ungroup layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlock layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlock transparency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variations are made of a picture; to paint a text, generate it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>WebP without loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What Easel itself says. Prompts are understood in English, whatever stands here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What earlier states of the picture may take. Beyond it the oldest are forgotten.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is here is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you changed of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where every finished picture is kept. Pictures made before stay where they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where models that you get are kept. Models got before stay where they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words cannot be reworded; put in a picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your unsaved work is back; save it to keep it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a folder of that name is in the way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an address that is none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>claims a header of {length} bytes, more than any model needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>claims {header} tensors, more than any model needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>describes a noise schedule that Easel does not know</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>does not enlarge colour pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>does not say in which files the model is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>download the model or choose the folder that holds {repository}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gives {name} a size that does not fit its shape</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>has a certificate for somebody else, so it may not be the publisher.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>has a certificate that is not valid today; is this computer&apos;s clock right?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>has a certificate that nobody this computer trusts has signed. If your company looks into connections, its certificate belongs into the system&apos;s store.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>has a certificate that this computer does not accept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>has a header that cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>has a header that says nothing usable about {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>has changed since it was published</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>has tensors that overlap or leave gaps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>holds values in {name} that are no numbers (NaN or infinity)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>holds {name}, which another file of the model holds too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is a pickle file by another name, which could run programs when opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is cut off or is no safetensors file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is no table of settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is not the model expected here: it also holds {surplus}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is not the model expected here: it lacks {absent}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is not the model expected here: {sources} is {sizes} where {str} is needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is of a kind that is not known here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is {size} bytes long where its header says {end}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is {size} bytes long where {size_2} are expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it comes with Easel, so install Easel again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has changed at the source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it stopped sending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its 16 bits per colour were reduced to 8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its colour profile could not be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>names a file that is no safetensors file beside it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>names a tensor twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only its first frame was opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reading what is here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>resembles an upscaler but does not fit together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>says 0 for “hidden_size”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>says a number for “{key}” that is too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>says {is_value} for {name} where {title} has {must_value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a list belongs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a number belongs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a whole number belongs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stores {name} as whole numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stores {name} as {dtype}, which no model of this kind uses</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the connection was cut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the disk reports an error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the folder does not exist</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the name is too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the source cannot continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the system refused it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this folder may not be written to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting for the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>was cut off while it was being read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{chosen} candidates cannot be compared; choose 1 to {most_images}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} is too few sampling steps for this model; choose at least {least}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} pictures cannot be made at once; choose 1 to {most_images}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} sampling steps do not fit into the {train_steps} noise levels of this model; choose fewer steps.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{error} The damaged one is kept as “{name}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{folder} could not be moved: {error}. Nothing of it is lost; it is offered again at the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{kept} of {count} layers of “{name}” were rescued; save them under another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} arrived damaged and is fetched again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} arrived damaged twice, so the source itself is damaged; it was not kept. Try again later, or another network or mirror.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} could not be written into {parent} ({strerror}). {kept} Check the folder or choose another one, then continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is fetched from its beginning: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is damaged and not in Easel&apos;s own folder, so Easel leaves it alone. Replace or remove it, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{root} cannot be changed ({strerror}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{root} cannot be written to ({strerror}); check the folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{steps} {name} cannot be used; choose from 1 to 1000.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} cannot be used: {name} is not on this computer; {advice}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} cannot do this kind of work; choose another model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} enlarges pictures of up to {largest} pixels a side by itself; choose an upscaler file for this one, or the Starter, which has one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} has no upscaler of its own; choose an upscaler file, or the Starter, which has one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{what} could not be read, so Easel starts with its defaults; check who may read and write {path}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{what} did not succeed ({reason}). What is here is kept. Check the network and the room on the disk, then continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{what} was damaged or could not be read, so Easel starts with its defaults; the old one is kept as “{name}” in {parent}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words} words cannot be listed; choose 0 to 1000.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{archive_name}” holds more pixels than Easel can open; it was not changed. Open it in the program it was made with and make it smaller.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{archive_name}” is no OpenRaster file for Easel; it was not changed. Export it from its program as PNG and open that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{archive_name}” was opened; layers that mix by {modes} are shown as normal.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” could not be read from {parent}; check that you may open it, or choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” could not be saved in {parent}: {error}. Your picture and any older file are unchanged; choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” does not say how it was made; your picture is unchanged. Drop it as a layer or into the mix instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” exists already and is unchanged; choose that very name to replace it, or another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” exists already in {parent} and is unchanged; choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to adjust.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to paint on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is damaged and cannot be opened; your picture is unchanged. Try another copy of the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is damaged: {kept} of its {count} layers can be rescued. The file was not changed; open what is left as a copy, or try another copy of the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is damaged; only what other programs see of it was opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is no project or OpenRaster file, or is damaged beyond rescue; it was not changed. Try another copy of the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is not a file; choose a picture file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is not a picture Easel can read; your picture is unchanged. Choose a PNG, JPEG, WebP, BMP or TIFF file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is not there any more; choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is too large; your picture is unchanged. Make it smaller than {most_pixels} million pixels and open it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was changed by another program; only what that program knows was opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was made by a later version of Easel; it was not changed. Open it there, or export it there as PNG.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was opened; what it says beside was left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was opened; {notes}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EditsPanel</name>
    <message>
        <source>As it was opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History of edits, oldest first</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Leave it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open what is left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OpenRaster project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save project</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExportWindow</name>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JPEG — small, without transparency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PNG — without loss, for everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PSD — with layers, for Photoshop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say in the file how it was made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TIFF — without loss, for printing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>WebP — smaller, with transparency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is in {folder} already. Replacing it throws the old one away.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExtendWindow</name>
    <message>
        <source>Bottom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By {share} on each side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Extend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Extend the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture would not grow; choose a side or other proportions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{width} × {height} pixels, painted in one frame.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{width} × {height} pixels, painted in {count} frames.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailureWindow</name>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details of the fault</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel found a fault of its own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something in Easel went wrong that should not have. Your picture is still open: export it if it matters, then start Easel again. The details below help to mend the fault; they contain no picture.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FieldsForm</name>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alt turns it round for one drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As it is now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Average over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Below 0 a light hand does more, above 0 less</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Black below</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click each corner; Enter closes the shape</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connected pixels only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Darkest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Diameter of the brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Distance of two dabs, of the size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag from the colour to the second one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Feather</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For pens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far a colour may differ in any channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the line lags behind the hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How sharp its rim is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How soft the rim is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Intersect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lightest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lightness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at all layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most that one stroke covers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of what lies between them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pressure curve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pressure sets the opacity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pressure sets the size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proportions that the frame takes on and keeps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Radial gradient</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Radius</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Radius around it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shape</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Snap to the grid and to edges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spacing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Straight sides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subtract</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These levels become black</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These levels become white</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To black or white</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turns all colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What a new selection does to the old one: Shift adds, Alt subtracts, both intersect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What black becomes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What each dab adds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What one dab looks like</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What white becomes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>White above</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FilmPanel</name>
    <message>
        <source>Animated GIF</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Animated WebP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin and end with the very pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Film saved to {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of PNG frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames of the film</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Milliseconds for each frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint the film</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recover the noise of both pictures; both have to be pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the film</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swap both ends</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The film</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The film plays here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There and back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the film begins</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the film ends</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>All pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best agreement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By meaning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare the pictures themselves with what you write, not their words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Describe what you look for: red boats at dusk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Favourites only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search the words of your pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trash</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FrameLabel</name>
    <message>
        <source>overlap {share} %</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>, not like {count}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bring back prompt, seed, frame and mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discarded; bring 1 picture back</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Discarded; bring {count} pictures back</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Every picture you make is kept here, in
{folder}

Write a prompt above and press Generate, or drop picture files here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep away from what it shows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Like {count} chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark as a favourite (F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More like it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest in meaning first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New pictures of the same idea</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture has these words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture has these words; these are nearest in meaning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture here can be compared: other models made them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not like it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing here. Change what you look for, or show all pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint the very same picture again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint what lies between these, or between this and the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put into the trash for 30 days (Del)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put it onto the canvas as a layer (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put it onto the mixing desk, to be weighed there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relatives of a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a copy of its file elsewhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort all pictures by how near they are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To canvas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To desk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vary</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryDetails</name>
    <message>
        <source>Agreement with its words {share}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryGrid</name>
    <message>
        <source>Pictures of the gallery</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryModel</name>
    <message>
        <source>Picture {number}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryPage</name>
    <message>
        <source>Bring back</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Delete {count} for good?</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryVerbs</name>
    <message>
        <source>Picture of the gallery</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Put pictures and words into the wells, then move the sliders or the point on the pad; the preview follows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture: Extend paints what is empty in it. Leave enough overlap, so that the model sees what to continue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You paint the mask now: what is covered is painted anew when you press Fill. Q leaves it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>IdeasPages</name>
    <message>
        <source>Film</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reword</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ways to work with ideas</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Accept it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alt in a drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alt+right drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Around the middle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As if it had not begun</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close a polygon, crop, transform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl+click, Alt+click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double click, F2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter, double click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Esc</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Esc in a drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a key or a gesture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frame and layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Getting about</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep it as a layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep what is in both</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys and gestures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys of {scheme}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the view, zoom, turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No key and no gesture is called that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nudge by one pixel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nudge the frame by 64, a layer by 10</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other end of the pen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Painting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures in the tray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename a layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shift in a drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size and hardness of the brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Square or circle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Straight line from the last stroke</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subtract from the selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two fingers, pinch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel, Ctrl+wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without snapping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeysWindow</name>
    <message>
        <source>As in the scheme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a verb, then press its new key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a verb or a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give it to “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key {number}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys of “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The wheel scrolls, with Ctrl or Alt it zooms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verb</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verbs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{key} belongs to “{owner}”, which would have it no longer.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>%1, hidden</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LayerRow</name>
    <message>
        <source>locked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>transparency locked</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Blend mode of the layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blend modes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the layer mixes with what is below</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers, top layer first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock the layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opacity of the layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space shows or hides a layer, F2 renames it, drag reorders</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LicenceWindow</name>
    <message>
        <source>Agree and download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel downloads it when you agree; this is asked once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence of {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title} is published under {licence}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LooksPanel</name>
    <message>
        <source>As they came</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every idea is painted in a few steps; choose before the long work begins</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ideas for the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for ideas…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order of the ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint the chosen ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The best match first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The number is how well an idea agrees with the prompt, 1 at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The widest range first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{prompt}”: click those you want, then paint them</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>A new place in the mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How ideas are mixed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pad between the first four ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint the mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preview of the mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round the sphere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round the sphere keeps the strength of an idea; the straight sum, Kandinsky&apos;s own way, grows weaker between ideas that are far apart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Straight sum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mix shows here while you look for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is in the mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words to put into the mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>or type, and press Enter</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Model</name>
    <message>
        <source>Starter draws emoji-like pictures; it cannot do photographs or text</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Cancel…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I have the files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save space…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>; kept as smaller copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; painted at {side} and enlarged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; {free} free on this disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {need} for the largest part (estimate); {free} free now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {time} for a picture here (estimate; it may be two or three times off)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>comes with Easel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>damaged: get it again, only the damaged file is fetched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>enlarging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>filling and extending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>incomplete: {left} to go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>little; it runs on any machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mixes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not yet verified here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing to download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paint one picture with the Starter, then Easel can estimate it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>painting over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paths between pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pictures from words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rewording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search by meaning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>variations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>verified against the publisher</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{side} × {side} pixels, or another shape of that area</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{size} in {count} files</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source> (accepted)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder in which models are looked for; its files are used in place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Can do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep {title} as smaller copies? They take about half of {size}. Numbers are rounded to bfloat16, so pictures come out a little different on machines that compute in float32; the published files are deleted and could only be downloaded again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made from {title}; its files are used in place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirror and proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove {title} from this computer? {size} are deleted from Easel&apos;s own folder; files of yours elsewhere stay. It can be downloaded again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>https address instead of the publisher&apos;s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>index for the engine on an NVIDIA card, instead of the usual one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>instead of the system&apos;s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs the rest of {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only where the publisher asks for one; it is not stored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>searched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NavigatorPanel</name>
    <message>
        <source>Navigator: the whole picture and the part in view</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>A run has failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are ready</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferBar</name>
    <message>
        <source>Do not show this again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); this computer would need longer for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the models</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Drag the point: the nearer to a corner, the more of what lies there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two ideas make a pad</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Canvas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>The picture and the planned frames</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Progress of the run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the run is doing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What this model can do</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{count} more to come</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PromptList</name>
    <message>
        <source>No prompt has these words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search your prompts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your prompts</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PromptPanel</name>
    <message>
        <source>&amp;Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another seed and keep it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue the picture into the empty part of the frame; the rest stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl+Enter, or Enter in the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Describe the picture you want</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every run takes a new seed; click to keep this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Extend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many pictures one run makes (1–10)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much of the picture in the frame may go: 0 keeps it, 100 ignores it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep this seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Landscape 3 : 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Landscape 4 : 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is masked: paint all of the frame anew, as far as Strength says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint the whole frame from the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint what is masked, selected or empty in the frame; the rest stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Portrait 2 : 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Portrait 3 : 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shape</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shape of the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Square</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Surprise me</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Surprise me: write an idea here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tall 9 : 16</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same prompt and seed give the same picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The seed is kept; click for a new one with every run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wide 16 : 9</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PromptTools</name>
    <message>
        <source>Avoid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Avoid: say what the picture should keep away from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clip art</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier prompts (Alt+Up, Alt+Down)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Film still</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gouache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line drawing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No style</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Oil painting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paper cut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pencil</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photograph</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel art</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stained glass</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Style</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Style: write a way of painting behind the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watercolour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the picture should not show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Woodcut</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Earlier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not painted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Paused; {count} waiting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take it out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What waits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What waits to be painted</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{count} waiting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryCard</name>
    <message>
        <source>1 layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture without a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel ended while it was reading this; it may do so again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No preview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preview of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today, {clock}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yesterday, {clock}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>kept for {days} more days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{day}, {clock}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layers}, changed since it was saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layers}, never saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} layers</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecoveryWindow</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel ended before this was saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. What was discarded, or closed without saving, stays here for 30 days.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open what you want to go on with. What you discard can still be found for 30 days, under File ▸ Recover.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recover</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to recover</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Work that was not saved</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Favourite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark it as a favourite in the gallery (F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mix: put it onto the mixing desk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New pictures like this one, as far away as the panel Vary says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open on canvas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open on canvas: put it there as a layer (Enter)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a copy of its file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variations</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Again with these settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a layer to see how it was made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarges the filled part, or makes it smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Feather</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far new and old pixels fade together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the new pixels take on the colours around them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeps the layer as it looks and forgets what it came from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make ordinary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paints once more by the same words; what you accept takes its place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” fills its frame, so it has no seam.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was filled in; its seam can still be changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was not made by the engine, so it has no seam.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RewordPanel</name>
    <message>
        <source>Another change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click a picture to go exactly that far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the composition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint from the picture&apos;s own noise, so that shapes stay where they are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint the change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture to reword</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture to reword: click or drop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The way from 0 to 100 per cent</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SelectionsWindow</name>
    <message>
        <source>&amp;Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Intersect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the present selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ubtract</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved selections</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose {setting}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default of {setting}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine starts anew for it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Find a setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start Easel again for what you changed to take effect.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SourceMenu</name>
    <message>
        <source>Choose a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From the cli&amp;pboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture fil&amp;e…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The &amp;layer in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture &amp;chosen in the tray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the &amp;frame shows</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SourceWell</name>
    <message>
        <source>Drop a picture here, or click to choose one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>empty</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sources</name>
    <message>
        <source>A result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The frame is empty; move it over a picture first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is neither a picture nor a text on the clipboard; copy one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing on this layer; choose one with a picture.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Choose or download a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device and network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model in use: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pointer, in pixels of the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>frame {width} × {height}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking for that colour… {percent:.0f} % · Esc gives up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ToolOptionsPanel</name>
    <message>
        <source>Options of the tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This tool has no options.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tries</name>
    <message>
        <source>A panorama</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose how far the picture shall reach. Its frames are painted one after the other; Cancel stops, and what is painted stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag the point on the pad from one idea to the other, look at the preview, and press Paint the mix.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From summer to autumn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mix two ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture, and what is empty is painted. Press Extend; drag the frame elsewhere and do it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The middle of the apple is masked. Press Fill, choose a picture in the tray and press Enter. The brush paints the mask (Q), the eraser takes it away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The strip shows the way in five pictures. Click one of them, or move the slider, and paint it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VariationsPanel</name>
    <message>
        <source>0 keeps the idea, 100 goes as far as another one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 keeps where things are, 100 puts them anywhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the composition may drift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the meaning may drift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the composition, change the meaning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the meaning, change the composition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variations of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variations of: {what}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try it: {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would you like to see?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it above and press Enter. Everything is painted on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>Close without it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Navigator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture to extend yet; paint, open or generate one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This picture was not saved. Closed without it, it can be found for 30 more days under File ▸ Recover.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vary</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>&amp;About Easel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Accept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Apply layer mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Blur…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Canvas only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Clear the mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Crop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete layer mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Extend the picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Fill with the colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Film between two ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Grow by 8 pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Hue and saturation…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keep as layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keys and gestures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Levels…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mask the selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Merge down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Move</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;New layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Next picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;None</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Not like it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Paint the mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pixels of the layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Previous picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Recover…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rectangle and ellipse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reject all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Show the gallery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Smaller brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Soften the rim</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Surprise me</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Turn by a quarter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Ungroup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Upright</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Use its settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Variations of the chosen picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Vary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Wand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Write the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add layer ma&amp;sk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Around the &amp;picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Around the &amp;selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bla&amp;ck on white</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Canvas pa&amp;ge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;merged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create pa&amp;ge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarge all of it four times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarge all of it twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarge the layer four times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarge the layer twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Esc</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Eye&amp;dropper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;rame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fi&amp;ll and gradient</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit the f&amp;rame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follow the &amp;system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Four &amp;more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free &amp;transform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Galler&amp;y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Harder brus&amp;h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In&amp;vert the mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&amp;asso and polygon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L&amp;ook at many ideas first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lar&amp;ger brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Less o&amp;pacity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>M&amp;odels…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make &amp;again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge all &amp;visible</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mi&amp;x ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More &amp;like it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More opacit&amp;y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New s&amp;eed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste &amp;in place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put on the &amp;canvas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Re&amp;word a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset the &amp;panels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;earch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;harpen…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;hrink by 8 pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ofter brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a co&amp;py…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save&amp;d selections…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select the mas&amp;k</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swap &amp;colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>T&amp;urn the view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The &amp;frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer a&amp;gain, with its settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try: &amp;erase and describe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try: &amp;mix two ideas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try: a &amp;panorama</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try: from &amp;summer to autumn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try: past the e&amp;dge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn l&amp;eft</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn ri&amp;ght</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variations of all of &amp;it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variations of the &amp;layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>drops</name>
    <message>
        <source>Add as a layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mix with it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>limits</name>
    <message>
        <source>Between ideas that are far apart the Starter paints smeared frames: for those take a larger model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Starter begins things anew here; a larger model completes them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Starter draws sharper edges and invents no detail; a larger model, or an enlarging model of your own, adds some.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Starter keeps rough shapes; a larger model keeps the drawing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Starter may cut things off here; a larger model fits them in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Starter mixes shape and colour. What a larger model adds is the style of one idea on the subject of another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Starter turns colours well, one animal into another roughly, and season, light and style hardly: for those take a larger model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Starter&apos;s ideas for one prompt lie close together, as the numbers say; a larger model has more of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Starter&apos;s pictures of one idea differ little, mostly in outline and colour; a larger model varies pose, view and surroundings too.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
